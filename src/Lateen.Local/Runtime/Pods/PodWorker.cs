namespace Lateen.Local.Runtime.Pods;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Native;
using Lateen.Local.Runtime.Containers;

/// <summary>Carries one pod from its assignment to the node to the end of its last process, and keeps its status true.</summary>
internal sealed class PodWorker(RuntimeContext context, JsonObject pod)
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _statusDue = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly DateTimeOffset _startTime = DateTimeOffset.UtcNow;
    private readonly List<ContainerWorker> _inits = [];
    private readonly List<ContainerWorker> _apps = [];
    private JsonObject _pod = pod;
    private PodVolumes? _volumes;
    private string _statusWritten = "";
    private bool _initialized;
    private int _grace = -1;

    private event Action? Touched;

    internal PodSandbox? Sandbox { get; private set; }

    internal string Uid { get; } = pod.Uid();

    internal IEnumerable<ContainerWorker> Containers => _inits.Concat(_apps);

    /// <summary>Takes the pod's newest form: labels, annotations, and the wish to delete it.</summary>
    internal void Update(JsonObject changed)
    {
        _pod = changed;
        if (Sandbox is { } sandbox)
        {
            sandbox.Pod = changed;
        }

        if (changed.Text("metadata", "deletionTimestamp") is not null)
        {
            Stop((int)(changed.Number("metadata", "deletionGracePeriodSeconds") ?? 30));
        }
    }

    internal void Stop(int graceSeconds)
    {
        // A second delete with a shorter grace period (kubectl delete --force) shortens the first.
        if (_grace < 0 || graceSeconds < _grace)
        {
            _grace = graceSeconds;
        }

        _stop.Cancel();
    }

    internal bool UsesVolume(string kind, string name) => _volumes?.Uses(kind, name) == true;

    internal async Task RefreshVolumesAsync(bool onlyDueTokens)
    {
        if (_volumes is { } volumes && Sandbox is { } sandbox && (!onlyDueTokens || volumes.RefreshAt <= DateTimeOffset.UtcNow))
        {
            try
            {
                await volumes.WriteAsync(sandbox.Address.ToString(), _stop.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is ContainerConfigException or ApiException or IOException or OperationCanceledException)
            {
                Console.Error.WriteLine($"runtime: volumes of {_pod.Namespace()}/{_pod.Name()} stay as they are: {failure.Message}");
            }
        }
    }

    internal async Task RunAsync()
    {
        using CancellationTokenSource writing = new();
        Task writer = WriteStatusAsync(writing.Token);
        bool kept = false;
        try
        {
            if (PodRefusals.Find(_pod) is { } refusal)
            {
                await RefuseAsync(refusal).ConfigureAwait(false);
                kept = true;
            }
            else if (await PrepareAsync().ConfigureAwait(false) is { } sandbox)
            {
                await RunContainersAsync(sandbox).ConfigureAwait(false);
                kept = !_stop.IsCancellationRequested;
            }
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine($"runtime: pod {_pod.Namespace()}/{_pod.Name()}: {failure}");
            await context.EventAsync(_pod, warning: true, "FailedCreatePodSandBox", failure.Message).ConfigureAwait(false);
        }

        if (kept)
        {
            // A finished pod stays visible until somebody deletes it.
            await WriteOnceAsync().ConfigureAwait(false);
            FreeSandbox();
            await Task.Delay(Timeout.Infinite, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await writing.CancelAsync().ConfigureAwait(false);
        await writer.ConfigureAwait(false);
        FreeSandbox();
        await RemoveAsync().ConfigureAwait(false);
    }

    private async Task<PodSandbox?> PrepareAsync()
    {
        NamespaceSet namespaces = await NamespaceSet.CreateAsync(PodSandbox.HostName(_pod)).ConfigureAwait(false);
        IPAddress address = await context.Network.AttachAsync(namespaces).ConfigureAwait(false);
        PodSandbox sandbox = new(_pod, context.LogsFolder, namespaces, address);
        Sandbox = sandbox;
        await Network.CniChain.AddAsync(_pod, namespaces, context.Root.Artifacts).ConfigureAwait(false);
        sandbox.WriteEtc();
        _inits.AddRange(_pod.Items("spec", "initContainers").Select(spec => new ContainerWorker(context, sandbox, spec, init: true, Touch)));
        _apps.AddRange(_pod.Items("spec", "containers").Select(spec => new ContainerWorker(context, sandbox, spec, init: false, Touch)));
        Touch();
        PodVolumes volumes = new(context, _pod, sandbox.VolumesFolder);
        string last = "";
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await volumes.WriteAsync(address.ToString(), _stop.Token).ConfigureAwait(false);
                _volumes = volumes;
                return sandbox;
            }
            catch (Exception failure) when (failure is ContainerConfigException or ApiException or IOException)
            {
                if (failure.Message != last)
                {
                    last = failure.Message;
                    await context.EventAsync(_pod, warning: true, "FailedMount", $"MountVolume.SetUp failed: {last}").ConfigureAwait(false);
                }
            }

            await Task.Delay(RetryPeriod, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    private async Task RunContainersAsync(PodSandbox sandbox)
    {
        List<Task> sidecars = [];
        Task apps = RunInOrderAsync(sidecars);
        Task stopped = Task.Delay(Timeout.Infinite, _stop.Token);
        await Task.WhenAny(apps, stopped).ConfigureAwait(false);
        DateTimeOffset deadline = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(_stop.IsCancellationRequested ? _grace : 30);
        TimeSpan Left() => _grace == 0 ? TimeSpan.Zero
            : deadline - DateTimeOffset.UtcNow is { Ticks: > 0 } left ? left : TimeSpan.FromMilliseconds(1);
        await Task.WhenAll(_apps.Concat(_inits.Where(static c => c.IsInit)).Select(c => c.StopAsync(Left()))).ConfigureAwait(false);
        await apps.ConfigureAwait(false);
        // Native sidecars outlive the applications and end in reverse order, so that the last calls still have their proxy.
        foreach (ContainerWorker sidecar in _inits.Where(static c => c.IsSidecar).Reverse())
        {
            await sidecar.StopAsync(Left()).ConfigureAwait(false);
        }

        await Task.WhenAll(sidecars).ConfigureAwait(false);
        sandbox.Pod = _pod;
    }

    private async Task RunInOrderAsync(List<Task> sidecars)
    {
        foreach (ContainerWorker init in _inits)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            if (init.IsSidecar)
            {
                TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
                using IDisposable watch = WhenStarted(init, started);
                sidecars.Add(init.RunAsync());
                await Task.WhenAny(started.Task, Task.Delay(Timeout.Infinite, _stop.Token)).ConfigureAwait(false);
            }
            else if (!await init.RunAsync().ConfigureAwait(false))
            {
                return;
            }
        }

        if (!_stop.IsCancellationRequested)
        {
            _initialized = true;
            Touch();
            await Task.WhenAll(_apps.Select(static app => app.RunAsync())).ConfigureAwait(false);
        }
    }

    private Registration WhenStarted(ContainerWorker sidecar, TaskCompletionSource started)
    {
        void Look()
        {
            if (sidecar.Started)
            {
                started.TrySetResult();
            }
        }

        Touched += Look;
        return new Registration(() => Touched -= Look);
    }

    private void Touch()
    {
        Touched?.Invoke();
        try
        {
            _statusDue.Release();
        }
        catch (SemaphoreFullException)
        {
            // A write is already due and will see this change too.
            return;
        }
    }

    private async Task WriteStatusAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await _statusDue.WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancel.IsCancellationRequested)
            {
                await WriteOnceAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task WriteOnceAsync()
    {
        if (_apps.Count == 0)
        {
            return;
        }

        for (int attempt = 0; attempt < 3; attempt++)
        {
            JsonObject status = PodStatus.Build(_pod, Sandbox?.Address.ToString(), _startTime, _inits, _apps, _initialized);
            string text = status.ToJsonString();
            if (text == _statusWritten)
            {
                return;
            }

            try
            {
                _pod = await context.Client.MergePatchAsync(RuntimeResources.Pods, _pod.Namespace(), _pod.Name(),
                    new JsonObject { ["metadata"] = new JsonObject { ["uid"] = Uid }, ["status"] = status }, "status", CancellationToken.None)
                    .ConfigureAwait(false);
                _statusWritten = text;
                return;
            }
            catch (ApiException gone) when (gone.Code == 404)
            {
                Stop(0);
                return;
            }
            catch (ApiException failure)
            {
                Console.Error.WriteLine($"runtime: status of {_pod.Namespace()}/{_pod.Name()}: {failure.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
            }
        }
    }

    private async Task RefuseAsync(string refusal)
    {
        await context.EventAsync(_pod, warning: true, "Refused", refusal).ConfigureAwait(false);
        await context.Client.MergePatchAsync(RuntimeResources.Pods, _pod.Namespace(), _pod.Name(),
            new JsonObject { ["status"] = PodStatus.Failed("Refused", refusal) }, "status", CancellationToken.None).ConfigureAwait(false);
    }

    private void FreeSandbox()
    {
        if (Sandbox is { } sandbox)
        {
            Sandbox = null;
            _volumes = null;
            sandbox.Dispose();
            context.Network.Release(sandbox.Address);
        }
    }

    private async Task RemoveAsync()
    {
        try
        {
            await context.Client.DeleteAsync(RuntimeResources.Pods, _pod.Namespace(), _pod.Name(), 0, Uid, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.Code is 404 or 409)
        {
            // Deleted by force meanwhile, or already replaced by another pod of the same name.
            return;
        }
    }

    private sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
