namespace Lateen.Proxy.Config;

/// <summary>What can run short.</summary>
public enum OverloadResource : byte
{
    /// <summary>The process' resident memory against a fixed size.</summary>
    Heap,

    /// <summary>The same against the container's limit.</summary>
    CgroupMemory,

    DownstreamConnections,

    FileDescriptors,
}
