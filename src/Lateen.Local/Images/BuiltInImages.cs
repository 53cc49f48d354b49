namespace Lateen.Local.Images;

/// <summary>The images every cluster knows: Lateen's own, and those of Istio's samples.</summary>
internal static class BuiltInImages
{
    private const string SamplesProgram = "/opt/lateen/bin/lateen-samples";
    private const string ProxyProgram = "/opt/lateen/bin/lateen-proxy";
    private const string PilotProgram = "/opt/lateen/bin/lateend";

    internal static IReadOnlyList<ImageEntry> All { get; } =
    [
        new ImageEntry
        {
            Pattern = "*/proxyv2:*", Command = [ProxyProgram], TakesHostSockets = true,
            Programs = new Dictionary<string, string> { ["pilot-agent"] = ProxyProgram, ["lateen-proxy"] = ProxyProgram },
        },
        new ImageEntry
        {
            Pattern = "*/install-cni:*", Command = [ProxyProgram, "install-cni"],
            Programs = new Dictionary<string, string> { ["install-cni"] = ProxyProgram },
        },
        new ImageEntry
        {
            Pattern = "*/pilot:*", Command = [PilotProgram], WorkingDirectory = "/tmp",
            Environment = Map(("DOTNET_EnableDiagnostics", "0")),
            Programs = new Dictionary<string, string> { ["pilot-discovery"] = PilotProgram, ["lateend"] = PilotProgram },
        },
        Sample("*/examples-bookinfo-productpage-v*:*", "productpage", "v1"),
        Sample("*/examples-bookinfo-details-v2:*", "details", "v2", ("ENABLE_EXTERNAL_BOOK_SERVICE", "true")),
        Sample("*/examples-bookinfo-details-v*:*", "details", "v1"),
        Sample("*/examples-bookinfo-ratings-v-faulty:*", "ratings", "v-faulty"),
        Sample("*/examples-bookinfo-ratings-v-delayed:*", "ratings", "v-delayed"),
        Sample("*/examples-bookinfo-ratings-v-unavailable:*", "ratings", "v-unavailable"),
        Sample("*/examples-bookinfo-ratings-v-unhealthy:*", "ratings", "v-unhealthy"),
        Sample("*/examples-bookinfo-ratings-v2:*", "ratings", "v2"),
        Sample("*/examples-bookinfo-ratings-v*:*", "ratings", "v1"),
        Sample("*/examples-bookinfo-reviews-v1:*", "reviews", "v1", ("ENABLE_RATINGS", "false")),
        Sample("*/examples-bookinfo-reviews-v2:*", "reviews", "v2", ("ENABLE_RATINGS", "true"), ("STAR_COLOR", "black")),
        Sample("*/examples-bookinfo-reviews-v3:*", "reviews", "v3", ("ENABLE_RATINGS", "true"), ("STAR_COLOR", "red")),
        Sample("*/mccutchen/go-httpbin:*", "httpbin", "v1"),
        Sample("*/kennethreitz/httpbin:*", "httpbin", "v1", ("PORT", "80")) with { Programs = Map(("gunicorn", SamplesProgram)) },
        Sample("*/kong/httpbin:*", "httpbin", "v1", ("PORT", "80")) with { Programs = Map(("gunicorn", SamplesProgram)) },
        Sample("*/tcp-echo-server:*", "tcp-echo", "v1"),
        Sample("*/fortio/fortio:*", "fortio", "v1") with
        {
            Arguments = ["server"],
            Programs = Map(("fortio", SamplesProgram)),
        },
        Sample("*/examples-helloworld-v1:*", "helloworld", "v1"),
        Sample("*/examples-helloworld-v2:*", "helloworld", "v2"),
        new ImageEntry { Pattern = "*/lateen/samples:*", Command = [SamplesProgram], WorkingDirectory = "/opt/microservices" },
        new ImageEntry { Pattern = "*/lateen-samples:*", Command = [SamplesProgram], WorkingDirectory = "/opt/microservices" },
        Curl("*/curl:*"),
        Curl("*/curlimages/*"),
        new ImageEntry { Pattern = "*/pstauffer/curl:*", Command = ["/usr/bin/curl"] },
        new ImageEntry { Pattern = "*/sleep:*", Command = ["/bin/sleep"], Arguments = ["infinity"] },
        new ImageEntry { Pattern = "*/busybox:*", Command = ["/bin/sh"] },
        new ImageEntry { Pattern = "*/alpine:*", Command = ["/bin/sh"] },
        new ImageEntry { Pattern = "*/debian:*", Command = ["/bin/bash"] },
        new ImageEntry { Pattern = "*/ubuntu:*", Command = ["/bin/bash"] },
        new ImageEntry { Pattern = "*/pause:*", Command = ["/bin/sleep"], Arguments = ["infinity"] },
    ];

    private static ImageEntry Sample(string pattern, string service, string version, params (string Name, string Value)[] environment) => new()
    {
        Pattern = pattern,
        Command = [SamplesProgram, service],
        WorkingDirectory = "/opt/microservices",
        Environment = Map([("SERVICE_VERSION", version), .. environment]),
    };

    // The image is an Alpine one: its shell scripts count on nc, which the machine may not have.
    private static ImageEntry Curl(string pattern) => new()
    {
        Pattern = pattern,
        Command = ["/usr/bin/curl"],
        Arguments = ["--help"],
        User = 100,
        Programs = Map(("nc", SamplesProgram)),
    };

    private static Dictionary<string, string> Map(params (string Name, string Value)[] pairs) =>
        pairs.ToDictionary(static pair => pair.Name, static pair => pair.Value, StringComparer.Ordinal);
}
