namespace Lateen.Local.Tests.Runtime;

using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Controllers;
using Lateen.Local.Launcher;
using Lateen.Local.Tests.Controllers;

/// <summary>An API in memory with the real controllers; the test asks it over the API's host socket, one JSON line a question.</summary>
internal sealed class TestComposition : IClusterComposition
{
    private readonly MemoryCluster _cluster = new();
    private IPodRuntime? _runtime;

    public Task<IClusterClient> StartApiAsync(LauncherOptions options, IReadOnlyList<Socket> sockets, int hostPort, IPodRuntime runtime,
        CancellationToken cancel)
    {
        _runtime = runtime;
        foreach (Socket socket in sockets)
        {
            _ = AcceptAsync(socket, cancel);
        }

        return Task.FromResult<IClusterClient>(_cluster);
    }

    public Task RunControllersAsync(IClusterClient client, IHostAddressAllocator hostAddresses, CancellationToken cancel) =>
        ControllerHost.RunAsync(client, new ControllerOptions { ClusterCaPem = "PEM", HostAddresses = hostAddresses }, cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task AcceptAsync(Socket listener, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            Socket client = await listener.AcceptAsync(cancel);
            _ = Task.Run(() => ServeAsync(client, cancel), CancellationToken.None);
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken cancel)
    {
        await using NetworkStream stream = new(client, ownsSocket: true);
        using StreamReader reader = new(stream);
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            JsonObject answer;
            try
            {
                answer = await AnswerAsync(JsonNode.Parse(line)?.AsObject() ?? [], cancel);
            }
            catch (Exception failure)
            {
                answer = new JsonObject { ["error"] = failure.Message };
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString() + "\n"), cancel);
        }
    }

    private async Task<JsonObject> AnswerAsync(JsonObject question, CancellationToken cancel)
    {
        string Word(string name) => (string?)question[name] ?? "";
        ResourceType type = Word("kind") switch
        {
            "Service" => KubeTypes.Services,
            "Deployment" => KubeTypes.Deployments,
            "ConfigMap" => KubeTypes.ConfigMaps,
            "Secret" => KubeTypes.Secrets,
            _ => KubeTypes.Pods,
        };
        switch (Word("op"))
        {
            case "create":
                return await _cluster.CreateAsync(type, "default", question["object"]?.AsObject() ?? [], cancel);
            case "delete":
                await _cluster.DeleteAsync(type, "default", Word("name"), null, null, cancel);
                return [];
            case "get":
                return (await _cluster.GetAsync(type, "default", Word("name"), cancel))?.DeepClone().AsObject() ?? [];
            case "patch":
                return await _cluster.MergePatchAsync(type, "default", Word("name"), question["object"]?.AsObject() ?? [], null, cancel);
            case "events":
                return new JsonObject { ["items"] = new JsonArray([.. _cluster.Events.ToArray()
                    .Where(e => e.Object == $"Pod/{Word("name")}").Select(e => (JsonNode)$"{e.Reason}: {e.Message}")]) };
            case "exec":
                return await ExecAsync(question, cancel);
            case "log":
                using (MemoryStream output = new())
                {
                    await (_runtime ?? throw new InvalidOperationException("no runtime")).ReadLogAsync(new PodLogRequest("default", Word("name"),
                        null, false, (bool?)question["previous"] ?? false, false, null, null, null), output, cancel);
                    return new JsonObject { ["output"] = Encoding.UTF8.GetString(output.ToArray()) };
                }

            default:
                throw new InvalidOperationException($"unknown op {Word("op")}");
        }
    }

    private async Task<JsonObject> ExecAsync(JsonObject question, CancellationToken cancel)
    {
        StringBuilder output = new();
        ValueTask Take(ReadOnlyMemory<byte> data, CancellationToken _)
        {
            lock (output)
            {
                output.Append(Encoding.UTF8.GetString(data.Span));
            }

            return ValueTask.CompletedTask;
        }

        string[] command = [.. question["command"]?.AsArray().Select(static word => (string?)word ?? "") ?? []];
        bool terminal = (bool?)question["terminal"] ?? false;
        using MemoryStream input = new(Encoding.UTF8.GetBytes((string?)question["input"] ?? ""));
        int code = await (_runtime ?? throw new InvalidOperationException("no runtime")).ExecAsync(new PodExecRequest("default",
            (string?)question["name"] ?? "", (string?)question["container"], command, terminal, input.Length > 0 ? input : null, Take, Take, null), cancel);
        return new JsonObject { ["code"] = code, ["output"] = output.ToString() };
    }
}
