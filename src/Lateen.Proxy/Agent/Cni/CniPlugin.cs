namespace Lateen.Proxy.Agent.Cni;

using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>
/// The CNI plugin istio-cni (CNI specification 1.0): after the pod's network is up and before any of its containers runs, it redirects
/// the pod's traffic, so that no container of the pod needs NET_ADMIN.
/// </summary>
public static class CniPlugin
{
    private const string Version = "1.0.0";
    private const int DecodingFailure = 6;
    private const int OwnFailure = 100;

    /// <summary>Answers one call of the container runtime.</summary>
    /// <param name="environment">CNI_COMMAND, CNI_NETNS and CNI_ARGS.</param>
    /// <param name="input">The network configuration.</param>
    /// <param name="output">For the result or the error, as JSON.</param>
    /// <param name="redirect">Applies istio-iptables arguments in a network namespace; returns what went wrong, or null.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<string, string?> environment, TextReader input, TextWriter output, Func<string, string[], string?> redirect)
    {
        switch (environment("CNI_COMMAND"))
        {
            case "VERSION":
                output.WriteLine($$"""{"cniVersion":"{{Version}}","supportedVersions":["0.3.0","0.3.1","0.4.0","1.0.0"]}""");
                return 0;
            case "ADD":
                return Add(environment, input.ReadToEnd(), output, redirect);
            case "DEL" or "CHECK" or "STATUS" or "GC":
                // The rules live in the pod's own network namespace and end with it.
                return 0;
            case var unknown:
                return Fail(output, 4, $"CNI_COMMAND \"{unknown}\" is not one of ADD, DEL, CHECK, VERSION, STATUS, GC");
        }
    }

    /// <summary>Runs istio-iptables of this program inside a network namespace.</summary>
    public static string? Redirect(string networkNamespace, string[] arguments)
    {
        string self = Environment.ProcessPath ?? "lateen-proxy";
        var start = new ProcessStartInfo("nsenter", [$"--net={networkNamespace}", "--", self, "istio-iptables", .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process? process = Process.Start(start);
        if (process is null)
        {
            return "nsenter did not start";
        }

        // Rules are printed to standard error as they are applied; they matter only when applying them failed.
        string log = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"istio-iptables exited with {process.ExitCode}: {log.Trim()}";
    }

    private static int Add(Func<string, string?> environment, string text, TextWriter output, Func<string, string[], string?> redirect)
    {
        JsonObject? configuration;
        try
        {
            configuration = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException e)
        {
            return Fail(output, DecodingFailure, $"the network configuration is not JSON: {e.Message}");
        }

        if (configuration is null || environment("CNI_NETNS") is not { Length: > 0 } networkNamespace)
        {
            return Fail(output, DecodingFailure, "the network configuration must be a JSON object, and CNI_NETNS a path");
        }

        string[] arguments = ArgumentsOf(configuration, environment("CNI_ARGS") ?? "");
        if (arguments.Length > 0 && redirect(networkNamespace, arguments) is { } problem)
        {
            return Fail(output, OwnFailure, problem);
        }

        // A chained plugin hands on what the plugins before it did.
        JsonNode result = configuration["prevResult"]?.DeepClone() ?? new JsonObject();
        result["cniVersion"] ??= configuration["cniVersion"]?.ToString() ?? Version;
        output.WriteLine(result.ToJsonString());
        return 0;
    }

    /// <summary>What to redirect; empty for a pod without a sidecar and in excluded namespaces.</summary>
    private static string[] ArgumentsOf(JsonObject configuration, string cniArguments)
    {
        string ns = cniArguments.Split(';').FirstOrDefault(a => a.StartsWith("K8S_POD_NAMESPACE=", StringComparison.Ordinal))?[18..] ?? "";
        bool excluded = (configuration["exclude_namespaces"] as JsonArray ?? []).Any(name => name?.ToString() == ns);
        JsonNode? annotations = configuration["runtimeConfig"]?[CniNames.AnnotationsCapability];
        string? asked = annotations?[CniNames.RedirectAnnotation]?.ToString();
        return excluded || asked is null ? [] : asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Unquoted).ToArray();
    }

    // An empty argument is written as two quotes.
    private static string Unquoted(string argument) => argument == "\"\"" ? "" : argument;

    private static int Fail(TextWriter output, int code, string message)
    {
        output.WriteLine(new JsonObject { ["cniVersion"] = Version, ["code"] = code, ["msg"] = message }.ToJsonString());
        return 1;
    }
}
