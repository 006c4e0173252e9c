package ort

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

// The few declarations of the Vulkan 1.0 specification that are needed, so that no header has to be installed.
typedef struct { int32_t type; const void *next; uint32_t flags; const void *application; uint32_t layers; const void *layerNames;
	uint32_t extensions; const void *extensionNames; } instanceInfo;
typedef int32_t (*createInstance)(const instanceInfo *, const void *, void **);
typedef int32_t (*enumerateDevices)(void *, uint32_t *, void **);
typedef void (*deviceProperties)(void *, void *);

enum { most = 16 };
typedef struct { uint32_t driver, kind; char name[256]; } device;

// vulkanDevices fills list and returns how many devices there are, or a negative number when Vulkan is not installed or fails.
static int vulkanDevices(device *list) {
	void *lib = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
	if (!lib) return -1;
	createInstance create = (createInstance)dlsym(lib, "vkCreateInstance");
	enumerateDevices enumerate = (enumerateDevices)dlsym(lib, "vkEnumeratePhysicalDevices");
	deviceProperties properties = (deviceProperties)dlsym(lib, "vkGetPhysicalDeviceProperties");
	if (!create || !enumerate || !properties) return -1;
	instanceInfo info = {.type = 1};
	void *instance = 0, *devices[most];
	if (create(&info, 0, &instance) != 0) return -2;
	uint32_t n = most;
	int32_t status = enumerate(instance, &n, devices);
	if (status < 0) return -3;
	for (uint32_t i = 0; i < n; i++) {
		// VkPhysicalDeviceProperties: apiVersion, driverVersion, vendorID, deviceID, deviceType, deviceName[256], …; 824 bytes in all.
		uint64_t raw[512] = {0};
		properties(devices[i], raw);
		uint32_t *p = (uint32_t *)raw;
		list[i].driver = p[1];
		list[i].kind = p[4];
		memcpy(list[i].name, p + 5, 255);
	}
	return (int)n;
}
*/
import "C"

import "fmt"

// vulkanCPU is VK_PHYSICAL_DEVICE_TYPE_CPU.
const vulkanCPU = 4

// webgpuAdapter names the device that the WebGPU provider takes, through Vulkan: a hardware one if there is any. Which one it takes is
// only certain when there is one kind: devices of hardware, or those that compute on the CPU (SwiftShader, llvmpipe). It loads the
// drivers, so it belongs into a child process.
func webgpuAdapter() (name string, kind adapterKind) {
	var list [C.most]C.device
	n := int(C.vulkanDevices(&list[0]))
	if n <= 0 {
		return "", unknownAdapter
	}
	best, onCPU := 0, 0
	for i := range n {
		// In order of Dawn's preference: discrete (2), integrated (1), virtual (3), other (0), CPU.
		rank := map[C.uint32_t]int{2: 4, 1: 3, 3: 2, 0: 1}
		if rank[list[i].kind] > rank[list[best].kind] {
			best = i
		}
		if list[i].kind == vulkanCPU {
			onCPU++
		}
	}
	d := list[best]
	switch onCPU {
	case 0:
		kind = hardwareAdapter
	case n:
		kind = softwareAdapter
	}
	return fmt.Sprintf("%s (driver %#x)", C.GoString(&d.name[0]), uint32(d.driver)), kind
}
