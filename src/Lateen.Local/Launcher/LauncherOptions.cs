namespace Lateen.Local.Launcher;

/// <summary>What `lateen up` was asked for.</summary>
public sealed record LauncherOptions
{
    /// <summary>State and logs; created with mode 0700.</summary>
    public required string Home { get; init; }

    /// <summary>The folder with bin/ and lib/, shown read-only to pods as /opt/lateen.</summary>
    public required string Artifacts { get; init; }

    /// <summary>The API server's port on 127.0.0.1; 0 takes a free one.</summary>
    public int ApiPort { get; init; }

    /// <summary>The folder with the charts that are offered as a Helm repository; empty offers none.</summary>
    public string Charts { get; init; } = "";

    /// <summary>The Helm repository's port on 127.0.0.1; 0 takes a free one.</summary>
    public int ChartsPort { get; init; }

    /// <summary>Ports of the host's own loopback that pods may reach.</summary>
    public IReadOnlyList<int> AllowHostPorts { get; init; } = [];

    /// <summary>Names outside of the cluster that lead to addresses of the user's choice; see <see cref="ExternalNames"/>.</summary>
    public IReadOnlyList<string> External { get; init; } = [];

    /// <summary>The program and first arguments that lead to <see cref="HiddenCommands"/>; null re-executes this program.</summary>
    public IReadOnlyList<string>? Program { get; init; }
}
