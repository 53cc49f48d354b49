// Every import below passes blittable values only, so the runtime needs no marshalling stubs (smaller and faster under NativeAOT).
[assembly: System.Runtime.CompilerServices.DisableRuntimeMarshalling]
