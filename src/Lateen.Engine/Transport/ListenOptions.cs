namespace Lateen.Engine.Transport;

/// <summary>How a listening socket is opened.</summary>
public readonly record struct ListenOptions
{
    public const int DefaultBacklog = 4096;

    public bool ReusePort { get; init; }

    public bool Transparent { get; init; }

    /// <summary>Kernel backlog; 0 means 4096.</summary>
    public int Backlog { get; init; }

    /// <summary>A listening descriptor opened by somebody else (LATEEN_LISTEN_FDS); 0 means open one.</summary>
    public int AdoptDescriptor { get; init; }
}
