namespace Lateen.Local.Images;

/// <summary>What stands for an image: a local command, and what it needs around it.</summary>
public sealed record ImageEntry
{
    /// <summary>The image's name, with * for any characters: "*/examples-bookinfo-reviews-v2:*".</summary>
    public required string Pattern { get; init; }

    /// <summary>The entry point; a container's own command replaces it. Empty when the container must bring a command.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Default arguments; a container's own args, or its own command, replace them.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Names in /usr/local/bin (and /usr/bin, as a command's first word) that lead to other programs (pilot-agent → lateen-proxy).
    /// </summary>
    public IReadOnlyDictionary<string, string> Programs { get; init; } = new Dictionary<string, string>();

    /// <summary>True when the program takes over host listening sockets by LATEEN_LISTEN_FDS.</summary>
    public bool TakesHostSockets { get; init; }

    /// <summary>
    /// Where the program starts when the pod does not say. Not / for a .NET program: it watches its working directory, and all below.
    /// </summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The user when the pod names none.</summary>
    public int User { get; init; }
}
