namespace Lateen.ProxyApp;

using System.Collections;
using Envoy.Config.Core.V3;
using Lateen.Api.Text;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Bootstrap;
using Message = Envoy.Config.Bootstrap.V3.Bootstrap;

/// <summary>Runs a proxy, from a bootstrap file or from the environment of an injected pod.</summary>
internal static class RunCommand
{
    public static async Task<int> FileAsync(string[] args)
    {
        if (!TryParse(args, out RunArguments arguments))
        {
            return 2;
        }

        string text;
        try
        {
            text = Read(arguments.ConfigPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"lateen-proxy: {e.Message}").ConfigureAwait(false);
            return 1;
        }

        (Message? message, IReadOnlyList<Finding> findings) = BootstrapReader.Parse(text, arguments.ConfigPath);
        if (message is null)
        {
            foreach (Finding finding in findings)
            {
                await Console.Error.WriteLineAsync($"lateen-proxy: {finding}").ConfigureAwait(false);
            }

            return 1;
        }

        message.Node ??= new Node { Id = "lateen-proxy", Cluster = "lateen-proxy" };
        return await RunAsync(message, arguments, null).ConfigureAwait(false);
    }

    public static async Task<int> AgentAsync(string[] args)
    {
        if (!TryParse(args, out RunArguments arguments))
        {
            return 2;
        }

        try
        {
            string type = arguments.NodeType.Length == 0 ? "sidecar" : arguments.NodeType;
            AgentOptions options = AgentEnvironment.Read(
                type, Variables(), static path => File.Exists(path) ? File.ReadAllText(path) : null);
            return await RunAsync(GeneratedBootstrap.Create(options), arguments, options).ConfigureAwait(false);
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync($"lateen-proxy: {e.Message}").ConfigureAwait(false);
            return 1;
        }
    }

    private static async Task<int> RunAsync(Message message, RunArguments arguments, AgentOptions? agent)
    {
        const int defaultWorkers = 2;
        int workers = arguments.Concurrency > 0 ? arguments.Concurrency : agent?.Concurrency > 0 ? agent.Concurrency : defaultWorkers;
        var log = new ProxyLog(Console.Error, TimeProvider.System) { Level = arguments.LogLevel };
        try
        {
            ListenDescriptors descriptors = ListenDescriptors.Parse(Environment.GetEnvironmentVariable("LATEEN_LISTEN_FDS"));
            using var process = new ProxyProcess(message, agent, workers, arguments.Loop, descriptors, log);
            return await process.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            log.Error("main", e.Message);
            return 1;
        }
    }

    // Not asynchronously: that would start the thread pool, which takes longer than the file.
    private static string Read(string path) => File.ReadAllText(path);

    private static bool TryParse(string[] args, out RunArguments arguments)
    {
        try
        {
            arguments = RunArguments.Parse(args);
            return true;
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine($"lateen-proxy: {e.Message}");
            arguments = new RunArguments();
            return false;
        }
    }

    private static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return variables;
    }
}
