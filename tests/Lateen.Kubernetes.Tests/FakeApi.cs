namespace Lateen.Kubernetes.Tests;

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using k8s;

/// <summary>A scripted HTTP server on loopback: lists and watches answer what the test says, everything written is recorded.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();

    public FakeApi()
    {
        int port = FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        Client = new KubeApi(new KubernetesClientConfiguration { Host = $"http://127.0.0.1:{port}" });
        _serving = ServeAsync();
    }

    public KubeApi Client { get; }

    /// <summary>Objects of the next list.</summary>
    public List<JsonObject> Items { get; } = [];

    public Channel<(string Method, string Path, JsonObject Body)> Written { get; } = Channel.CreateUnbounded<(string, string, JsonObject)>();

    /// <summary>Single objects by path; others answer 404.</summary>
    public Dictionary<string, JsonObject> Objects { get; } = [];

    public void Event(string type, JsonObject item) =>
        _events.Writer.TryWrite(new JsonObject { ["type"] = type, ["object"] = item.DeepClone() }.ToJsonString());

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _events.Writer.TryComplete();
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        List<Task> open = [];
        while (true)
        {
            try
            {
                open.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            string path = context.Request.Url!.AbsolutePath;
            if (context.Request.HttpMethod != "GET")
            {
                using var reader = new StreamReader(context.Request.InputStream);
                var body = (JsonObject)JsonNode.Parse(await reader.ReadToEndAsync())!;
                Written.Writer.TryWrite((context.Request.HttpMethod, path, body));
                await WriteAsync(context, 200, body.ToJsonString());
            }
            else if (context.Request.QueryString["watch"] == "true")
            {
                await foreach (string line in _events.Reader.ReadAllAsync())
                {
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
                    await context.Response.OutputStream.FlushAsync();
                }

                context.Response.Close();
            }
            else if (Objects.TryGetValue(path, out JsonObject? single))
            {
                await WriteAsync(context, 200, single.ToJsonString());
            }
            else if (path.Split('/')[^1] is "configmaps" or "namespaces" or "mutatingwebhookconfigurations")
            {
                var list = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["resourceVersion"] = "100" },
                    ["items"] = new JsonArray([.. Items.Select(i => i.DeepClone())]),
                };
                await WriteAsync(context, 200, list.ToJsonString());
            }
            else
            {
                await WriteAsync(context, 404, """{"kind":"Status","message":"not found"}""");
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client hung up, as a cancelled watch does.
            context.Response.Abort();
        }
    }

    private static async Task WriteAsync(HttpListenerContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        context.Response.Close();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
