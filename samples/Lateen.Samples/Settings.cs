namespace Lateen.Samples;

using System.Globalization;

/// <summary>What a sample reads from its environment, as the original images do.</summary>
internal static class Settings
{
    public static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    public static string Text(string name, string fallback) => Text(name) ?? fallback;

    public static bool Flag(string name) => string.Equals(Text(name), "true", StringComparison.OrdinalIgnoreCase);

    public static int Number(string name, int fallback) =>
        int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : fallback;

    /// <summary>The pod's name; outside of a pod the machine's.</summary>
    public static string Instance => Text("HOSTNAME", Environment.MachineName);

    /// <summary>The port: first argument, then PORT, then the image's own.</summary>
    public static int Port(string[] args, int fallback) =>
        args.Length > 0 && int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            ? port
            : Number("PORT", fallback);

    /// <summary>The base address of another bookinfo service.</summary>
    public static string Peer(string service)
    {
        string prefix = service.ToUpperInvariant();
        string host = Text(prefix + "_HOSTNAME", service);
        string domain = Text("SERVICES_DOMAIN") is { } suffix ? "." + suffix : "";

        // Kubernetes itself sets REVIEWS_SERVICE_PORT (a number) in pods of the namespace: the same value, so either source is fine.
        return $"http://{host}{domain}:{Number(prefix + "_SERVICE_PORT", 9080)}";
    }
}
