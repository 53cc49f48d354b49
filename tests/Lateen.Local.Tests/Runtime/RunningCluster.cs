namespace Lateen.Local.Tests.Runtime;

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Local.Launcher;

/// <summary>A whole local cluster as its own process tree, with an API in memory. Needs root.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    private Process? _launcher;

    public string Home { get; } = Path.Combine(Path.GetTempPath(), "lateen-test-" + Guid.NewGuid().ToString("N")[..8]);

    public int LauncherProcess => _launcher?.Id ?? 0;

    internal int ApiPort { get; private set; }

    /// <summary>A port of the host that pods may reach.</summary>
    internal TcpListener AllowedHostPort { get; } = new(IPAddress.Loopback, 0);

    /// <summary>A port of the host that they may not.</summary>
    internal TcpListener ForbiddenHostPort { get; } = new(IPAddress.Loopback, 0);

    public async ValueTask InitializeAsync()
    {
        AllowedHostPort.Start();
        ForbiddenHostPort.Start();
        string artifacts = Path.Combine(Home, "artifacts");
        Directory.CreateDirectory(artifacts);
        LauncherOptions options = new() { Home = Home, Artifacts = artifacts, AllowHostPorts = [((IPEndPoint)AllowedHostPort.LocalEndpoint).Port] };
        string program = Environment.ProcessPath ?? "";
        _launcher = Process.Start(new ProcessStartInfo(program, ["__launch", JsonSerializer.Serialize(options)])
        {
            RedirectStandardError = true,
        });
        ClusterHome home = new(Home);
        _ = Task.Run(async () => await File.AppendAllTextAsync(home.ClusterLog, await (_launcher?.StandardError.ReadToEndAsync() ?? Task.FromResult(""))));
        await UntilAsync(() => ClusterStatus.TryRead(home) is { Ready: true } || _launcher is { HasExited: true });
        ApiPort = ClusterStatus.TryRead(home)?.ApiPort ?? throw new InvalidOperationException("The cluster did not start.");
    }

    internal async Task<JsonObject> AskAsync(JsonObject question)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, ApiPort);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(question.ToJsonString() + "\n"));
        using StreamReader reader = new(stream);
        JsonObject answer = JsonNode.Parse(await reader.ReadLineAsync() ?? "{}")?.AsObject() ?? [];
        return answer["error"] is { } error ? throw new InvalidOperationException((string?)error) : answer;
    }

    internal Task<JsonObject> CreateAsync(string json)
    {
        JsonObject obj = JsonNode.Parse(json)?.AsObject() ?? [];
        return AskAsync(new JsonObject { ["op"] = "create", ["kind"] = obj["kind"]?.DeepClone(), ["object"] = obj });
    }

    internal async Task<JsonObject> PodAsync(string name) => await AskAsync(new JsonObject { ["op"] = "get", ["name"] = name });

    internal async Task<string> EventsAsync(string name) =>
        (await AskAsync(new JsonObject { ["op"] = "events", ["name"] = name })).ToJsonString();

    internal async Task<(int Code, string Output)> ExecAsync(string pod, params string[] command)
    {
        JsonObject answer = await AskAsync(new JsonObject
        {
            ["op"] = "exec", ["name"] = pod, ["command"] = new JsonArray([.. command.Select(static word => (JsonNode)word)]),
        });
        return ((int?)answer["code"] ?? -1, (string?)answer["output"] ?? "");
    }

    internal async Task<string> LogAsync(string pod, bool previous = false) =>
        (string?)(await AskAsync(new JsonObject { ["op"] = "log", ["name"] = pod, ["previous"] = previous }))["output"] ?? "";

    /// <summary>Creates a pod with one container of image busybox and waits until it is ready.</summary>
    internal async Task StartPodAsync(string name, string script, string more = "", string podMore = "")
    {
        await CreateAsync($$"""
            {"kind":"Pod","metadata":{"name":"{{name}}","labels":{"app":"{{name}}"} },"spec":{ {{podMore}}
             "containers":[{"name":"main","image":"busybox","command":["/bin/sh","-c",{{JsonSerializer.Serialize(script)}}] {{more}} } ] } }
            """);
        await UntilReadyAsync(name);
    }

    internal Task UntilReadyAsync(string pod) => UntilAsync(async () => IsReady(await PodAsync(pod)));

    internal static bool IsReady(JsonObject pod) => pod["status"]?["conditions"]?.AsArray()
        .Any(static c => (string?)c?["type"] == "Ready" && (string?)c["status"] == "True") == true;

    internal static Task UntilAsync(Func<bool> state) => UntilAsync(() => Task.FromResult(state()));

    internal static async Task UntilAsync(Func<Task<bool>> state)
    {
        // Longer than the grace period of a pod (30 s), so that what had to be killed is still seen to end.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(45));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (!await state())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    internal void KillLauncher() => _launcher?.Kill();

    public async ValueTask DisposeAsync()
    {
        await Launcher.StopAsync(new ClusterHome(Home), CancellationToken.None);
        if (_launcher is { } launcher)
        {
            await launcher.WaitForExitAsync();
            launcher.Dispose();
        }

        AllowedHostPort.Stop();
        ForbiddenHostPort.Stop();
        Directory.Delete(Home, recursive: true);
    }
}
