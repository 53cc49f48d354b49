namespace Lateen.Local.Launcher;

using System.Text.Json;

/// <summary>The verbs a program must pass on for the local cluster to re-execute it; Main asks here first.</summary>
public static class HiddenCommands
{
    internal const string Cluster = "__cluster";
    internal const string Launch = "__launch";

    /// <returns>The exit code, or null when the arguments are not ours.</returns>
    public static Task<int?> TryRunAsync(IReadOnlyList<string> args) => TryRunAsync(args, new ClusterComposition());

    internal static async Task<int?> TryRunAsync(IReadOnlyList<string> args, IClusterComposition composition)
    {
        switch (args)
        {
            case [Cluster, var text]:
                return await ClusterProcess.RunAsync(JsonSerializer.Deserialize<ClusterArguments>(text) ?? throw Bad(),
                    composition).ConfigureAwait(false);
            case [Launch, var text]:
                LauncherOptions options = JsonSerializer.Deserialize<LauncherOptions>(text) ?? throw Bad();
                return await Launcher.RunAsync(options, onReady: null, CancellationToken.None).ConfigureAwait(false);
            default:
                return null;
        }
    }

    private static ArgumentException Bad() => new("The hidden verb's arguments are empty.");
}
