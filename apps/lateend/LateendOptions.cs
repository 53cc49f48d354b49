namespace Lateen.Lateend;

using System.Globalization;

/// <summary>The flags of <c>pilot-discovery discovery</c> that have an effect here, and the environment of the istiod chart.</summary>
internal sealed record LateendOptions
{
    public string Namespace { get; init; } = "istio-system";

    public string Revision { get; init; } = "default";

    public string ClusterId { get; init; } = "Kubernetes";

    public string Domain { get; init; } = "cluster.local";

    /// <summary>Path of a kubeconfig; null means the pod's own service account.</summary>
    public string? Kubeconfig { get; init; }

    public int XdsPort { get; init; } = 15010;

    public int SecureXdsPort { get; init; } = 15012;

    public int MonitoringPort { get; init; } = 15014;

    public int WebhookPort { get; init; } = 15017;

    public int HttpPort { get; init; } = 8080;

    /// <summary>"-REV" where the revision is not the default, as in the chart's names.</summary>
    public string Suffix => Revision is "" or "default" ? "" : "-" + Revision;

    /// <summary>The Service in front of this control plane.</summary>
    public string ServiceName => "istiod" + Suffix;

    /// <summary>The names that clients call this control plane by.</summary>
    public IReadOnlyList<string> ServiceNames =>
    [
        $"{ServiceName}.{Namespace}.svc", $"{ServiceName}.{Namespace}.svc.{Domain}", $"{ServiceName}.{Namespace}", "istiod.istio-system.svc",
    ];

    public static bool TryParse(IReadOnlyList<string> args, Func<string, string?> environment, out LateendOptions options, out string error)
    {
        error = "";
        options = FromEnvironment(environment);
        for (int i = 0; i < args.Count; i++)
        {
            (string flag, string? value) = Split(args[i]);
            if (value is null && TakesValue(flag))
            {
                if (++i >= args.Count)
                {
                    error = $"flag {flag} needs a value";
                    return false;
                }

                value = args[i];
            }

            if (!Apply(ref options, flag, value ?? "", out error))
            {
                return false;
            }
        }

        return true;
    }

    private static LateendOptions FromEnvironment(Func<string, string?> environment)
    {
        var defaults = new LateendOptions();
        string Get(string name, string fallback) => environment(name) is { Length: > 0 } value ? value : fallback;
        return defaults with
        {
            Namespace = Get("POD_NAMESPACE", defaults.Namespace),
            Revision = Get("REVISION", defaults.Revision),
            ClusterId = Get("CLUSTER_ID", defaults.ClusterId),
        };
    }

    private static (string Flag, string? Value) Split(string argument)
    {
        int equals = argument.IndexOf('=');
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }

    private static bool TakesValue(string flag) => flag is not "--log_as_json";

    private static bool Apply(ref LateendOptions options, string flag, string value, out string error)
    {
        error = "";
        switch (flag)
        {
            case "--domain":
                options = options with { Domain = value };
                return true;
            case "--kubeconfig":
                options = options with { Kubeconfig = value };
                return true;
            case "--monitoringAddr" when Port(value) is { } port:
                options = options with { MonitoringPort = port };
                return true;
            case "--grpcAddr" when Port(value) is { } port:
                options = options with { XdsPort = port };
                return true;
            case "--secureGRPCAddr" when Port(value) is { } port:
                options = options with { SecureXdsPort = port };
                return true;
            case "--httpsAddr" when Port(value) is { } port:
                options = options with { WebhookPort = port };
                return true;
            case "--httpAddr" when Port(value) is { } port:
                options = options with { HttpPort = port };
                return true;
            case "--log_output_level" or "--log_as_json" or "--keepaliveMaxServerConnectionAge":
                // Accepted because the chart passes them: logging is at level info in text, and connections are not cut by age.
                return true;
            default:
                error = $"flag {flag}={value} is not understood; see `pilot-discovery --help`";
                return false;
        }
    }

    private static int? Port(string address) =>
        int.TryParse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : null;
}
