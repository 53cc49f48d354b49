namespace Lateen.Local.Runtime;

using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Runtime.Containers;
using Lateen.Local.Runtime.Pods;

/// <summary>The node's agent: runs the pods that the scheduler gave to this node and answers for their logs, programs and ports.</summary>
internal sealed class PodRuntime(RuntimeContext context) : IPodRuntime
{
    internal const string NodeName = "lateen";
    private static readonly TimeSpan TokenCheckPeriod = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, PodWorker> _workers = new(StringComparer.Ordinal);

    internal async Task RunAsync(CancellationToken cancel)
    {
        await Task.WhenAll(context.Services.Synced, context.ConfigMaps.Synced, context.Secrets.Synced).WaitAsync(cancel).ConfigureAwait(false);
        context.ConfigMaps.Changed += (_, changed) => RefreshVolumes("ConfigMap", changed);
        context.Secrets.Changed += (_, changed) => RefreshVolumes("Secret", changed);
        context.Pods.Changed += OnPod;
        Task watching = context.Pods.RunAsync(cancel);
        using PeriodicTimer timer = new(TokenCheckPeriod);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            {
                await Task.WhenAll(_workers.Values.Select(static worker => worker.RefreshVolumesAsync(onlyDueTokens: true)))
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            await watching.ConfigureAwait(false);
        }
    }

    public Task ReadLogAsync(PodLogRequest request, Stream output, CancellationToken cancel)
    {
        ContainerWorker container = Container(request.Namespace, request.Pod, request.Container);
        return new LogReader(container, request).CopyAsync(output, cancel);
    }

    public Task<int> ExecAsync(PodExecRequest request, CancellationToken cancel)
    {
        ContainerWorker container = Container(request.Namespace, request.Pod, request.Container);
        return new PodExec(container, request).RunAsync(cancel);
    }

    public async Task<Stream> ConnectAsync(string ns, string pod, int port, CancellationToken cancel)
    {
        PodSandbox sandbox = Worker(ns, pod).Sandbox ?? throw new ApiException(400, "BadRequest", $"pod \"{pod}\" does not run");
        try
        {
            return new NetworkStream(await sandbox.DialAsync(loopback: false, port, cancel).ConfigureAwait(false), ownsSocket: true);
        }
        catch (SocketException)
        {
            // A program may listen on the pod's loopback only, as port-forward expects to reach it.
            return new NetworkStream(await sandbox.DialAsync(loopback: true, port, cancel).ConfigureAwait(false), ownsSocket: true);
        }
    }

    private void OnPod(WatchEventType type, JsonObject pod)
    {
        if (pod.Text("spec", "nodeName") != NodeName)
        {
            return;
        }

        string uid = pod.Uid();
        if (_workers.TryGetValue(uid, out PodWorker? worker))
        {
            worker.Update(pod);
            if (type == WatchEventType.Deleted)
            {
                worker.Stop(0);
            }

            return;
        }

        bool finished = pod.Text("status", "phase") is "Succeeded" or "Failed" && pod.Text("metadata", "deletionTimestamp") is null;
        if (type != WatchEventType.Deleted && !finished)
        {
            Start(pod, uid);
        }
    }

    private void Start(JsonObject pod, string uid)
    {
        PodWorker worker = new(context, pod);
        _workers[uid] = worker;
        // A pod that was being deleted when the cluster ended has no processes any more; its worker only removes it.
        if (pod.Text("metadata", "deletionTimestamp") is not null)
        {
            worker.Stop(0);
        }

        _ = Task.Run(async () =>
        {
            await worker.RunAsync().ConfigureAwait(false);
            _workers.TryRemove(uid, out _);
        });
    }

    private void RefreshVolumes(string kind, JsonObject changed)
    {
        foreach (PodWorker worker in _workers.Values.Where(worker => worker.Sandbox?.Pod.Namespace() == changed.Namespace()
            && worker.UsesVolume(kind, changed.Name())))
        {
            _ = Task.Run(() => worker.RefreshVolumesAsync(onlyDueTokens: false));
        }
    }

    private PodWorker Worker(string ns, string pod)
    {
        string? uid = context.Pods.Get(ns, pod)?.Uid();
        return uid is not null && _workers.TryGetValue(uid, out PodWorker? worker) ? worker
            : throw new ApiException(uid is null ? 404 : 400, uid is null ? "NotFound" : "BadRequest",
                uid is null ? $"pods \"{pod}\" not found" : $"pod \"{pod}\" does not run on this node");
    }

    private ContainerWorker Container(string ns, string pod, string? name)
    {
        PodWorker worker = Worker(ns, pod);
        string? wanted = name ?? worker.Sandbox?.Pod.Text("metadata", "annotations", "kubectl.kubernetes.io/default-container");
        return (string.IsNullOrEmpty(wanted) ? worker.Containers.FirstOrDefault(static c => !c.IsInit && !c.IsSidecar)
                : worker.Containers.FirstOrDefault(container => container.Name == wanted))
            ?? throw new ApiException(400, "BadRequest", $"container {wanted} is not valid for pod {pod}");
    }
}
