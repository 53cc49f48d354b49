namespace Lateen.Local.ApiServer.Http;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.Cluster;
using Microsoft.AspNetCore.Http;

/// <summary>pods/log, pods/exec and pods/attach.</summary>
internal sealed class PodStreams(ResourcePipeline pipeline, Func<IPodRuntime?> runtime)
{
    public async Task LogAsync(HttpContext http, ResourceDefinition resource, string ns, string name)
    {
        JsonObject pod = pipeline.Get(resource, ns, name).Value;
        IQueryCollection query = http.Request.Query;
        string container = ChooseContainer(pod, query["container"]);
        DateTimeOffset? since = KubeTime.Parse(query["sinceTime"]);
        if (Number(query["sinceSeconds"]) is { } seconds)
        {
            since = DateTimeOffset.UtcNow.AddSeconds(-seconds);
        }

        var request = new PodLogRequest(ns, name, container, query["follow"] == "true", query["previous"] == "true",
            query["timestamps"] == "true", (int?)Number(query["tailLines"]), Number(query["limitBytes"]), since);
        http.Response.ContentType = "text/plain";
        await Runtime().ReadLogAsync(request, new FlushingStream(http.Response), http.RequestAborted).ConfigureAwait(false);
    }

    public async Task ExecAsync(HttpContext http, ResourceDefinition resource, string ns, string name, bool attach)
    {
        JsonObject pod = pipeline.Get(resource, ns, name).Value;
        IQueryCollection query = http.Request.Query;
        string container = ChooseContainer(pod, query["container"]);
        IPodRuntime reach = Runtime();
        if (!http.WebSockets.IsWebSocketRequest)
        {
            throw ApiErrors.BadRequest("this cluster serves exec and attach over WebSocket only: it needs kubectl ≥ 1.31 "
                + "(WebSocket)");
        }

        string[] command = [.. query["command"].OfType<string>()];
        if (!attach && command.Length == 0)
        {
            throw ApiErrors.BadRequest("you must specify at least one command for the container");
        }

        string protocol = ExecSession.Choose(http.WebSockets.WebSocketRequestedProtocols);
        bool Wants(string name) => query[name] == "true" || query[name] == "1";
        var session = new ExecSession(await http.WebSockets.AcceptWebSocketAsync(protocol).ConfigureAwait(false), protocol,
            Wants("stdin"), Wants("tty"));
        await session.RunAsync(reach, new PodExecRequest(ns, name, container, attach ? [] : command, Wants("tty"), null,
            (_, _) => ValueTask.CompletedTask, (_, _) => ValueTask.CompletedTask, null), http.RequestAborted)
                .ConfigureAwait(false);
    }

    private IPodRuntime Runtime()
    {
        return runtime() ?? throw new ApiException(503, "ServiceUnavailable", "the runtime is not running");
    }

    private static long? Number(string? text)
    {
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    private static string ChooseContainer(JsonObject pod, string? asked)
    {
        string[] names = [.. pod.Arr("spec", "containers").Objects().Select(item => item.Str("name") ?? "")];
        string[] initial = [.. pod.Arr("spec", "initContainers").Objects().Select(item => item.Str("name") ?? "")];
        if (!string.IsNullOrEmpty(asked))
        {
            return names.Contains(asked) || initial.Contains(asked) ? asked
                : throw ApiErrors.BadRequest($"container {asked} is not valid for pod {pod.Name()}");
        }

        if (names.Length == 1)
        {
            return names[0];
        }

        string also = initial.Length > 0 ? $" or one of the init containers: [{string.Join(" ", initial)}]" : "";
        throw ApiErrors.BadRequest($"a container name must be specified for pod {pod.Name()}, choose one of: "
            + $"[{string.Join(" ", names)}]{also}");
    }
}
