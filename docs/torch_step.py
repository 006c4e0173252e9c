"""A training step of the reference network in PyTorch: 64³, four sequences, batch 1, AdamW; seconds, median of 15. Only for the comparison in benchmarks.md; with torch, numpy, nibabel
and safetensors from PyPI: python docs/torch_step.py f32|bf16"""
import pathlib, sys, time, resource, statistics
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'shared/experiments/pytorch-compact'))
import torch
from net import Net
from train import seg_loss, kd_loss
torch.manual_seed(1); torch.set_num_threads(2)
bf16 = sys.argv[1] == 'bf16'
net = Net(); opt = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
x = torch.randn(4, 1, 64, 64, 64); y = (torch.rand(1, 3, 64, 64, 64) > .9).float(); av = [0, 1, 2, 3]
def step():
    with torch.autocast('cpu', torch.bfloat16, enabled=bf16):
        f = net.encode(x); logit = net.decode(f, av)
    loss = seg_loss(logit.float(), y) + 0.1 * kd_loss(f[-1].float(), av, [0, 2])
    opt.zero_grad(); loss.backward(); torch.nn.utils.clip_grad_norm_(net.parameters(), 5); opt.step()
for _ in range(3): step()
t = []
for _ in range(15):
    a = time.perf_counter(); step(); t.append(time.perf_counter() - a)
print(torch.__version__, sys.argv[1], 'median %.3f s, best %.3f s' % (statistics.median(t), min(t)), 'peak %d MB' % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10))
