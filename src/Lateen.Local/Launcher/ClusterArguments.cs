namespace Lateen.Local.Launcher;

/// <summary>What the launcher hands to the cluster process on its command line.</summary>
internal sealed record ClusterArguments
{
    public required LauncherOptions Options { get; init; }

    public required int ControlDescriptor { get; init; }
}
