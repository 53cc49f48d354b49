namespace Lateen.Local.Runtime.Containers;

using System.ComponentModel;
using System.Text.Json.Nodes;
using Lateen.Local.Images;
using Lateen.Local.Runtime.Network;
using Lateen.Local.Runtime.Pods;

/// <summary>Keeps one container as its spec wants it: prepares, starts, probes, restarts and stops its process.</summary>
internal sealed class ContainerWorker
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);
    private readonly RuntimeContext _context;
    private readonly PodSandbox _sandbox;
    private readonly Action _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly RestartBackOff _backOff = new();
    private ContainerProcess? _process;
    private ContainerPlan? _plan;
    private string _lastEvent = "";

    internal ContainerWorker(RuntimeContext context, PodSandbox sandbox, JsonObject spec, bool init, Action changed)
    {
        (_context, _sandbox, Spec, _changed) = (context, sandbox, spec, changed);
        IsSidecar = init && spec.Text("restartPolicy") == "Always";
        IsInit = init && !IsSidecar;
        JsonObject? earlier = sandbox.Pod.Items("status", init ? "initContainerStatuses" : "containerStatuses")
            .FirstOrDefault(status => status.Text("name") == Name);
        RestartCount = (int)(earlier.Number("restartCount") ?? 0) + (earlier.Text("containerID") is { Length: > 0 } ? 1 : 0);
    }

    internal event Action<bool, ReadOnlyMemory<byte>>? Output;

    internal JsonObject Spec { get; }

    internal string Name => Spec.Text("name") ?? "";

    internal string Image => Spec.Text("image") ?? "";

    internal bool IsInit { get; }

    internal bool IsSidecar { get; }

    internal ContainerState State { get; private set; } = ContainerState.Waiting("PodInitializing");

    internal ContainerState? LastState { get; private set; }

    internal int RestartCount { get; private set; }

    internal bool Ready { get; private set; }

    internal bool Started { get; private set; }

    internal string ContainerId { get; private set; } = "";

    internal ContainerLog? Log { get; private set; }

    internal ContainerPlan? Plan => _plan;

    internal Stream? Input => _process?.Input;

    internal int? ProcessNumber => _process?.Entered;

    internal string LogFile(int restart) => Path.Combine(_sandbox.LogFolder, Name, $"{restart}.log");

    /// <summary>Runs until no restart is due or the container was stopped; true when the last run succeeded.</summary>
    internal async Task<bool> RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (await PrepareAsync().ConfigureAwait(false) is not { } prepared)
            {
                break;
            }

            using (prepared.Sockets)
            {
                await RunProcessAsync(prepared.Plan).ConfigureAwait(false);
            }

            bool good = State.ExitCode == 0;
            if (_stop.IsCancellationRequested || !RestartIsDue(good))
            {
                return good;
            }

            await WaitBeforeRestartAsync().ConfigureAwait(false);
        }

        return State is { IsTerminated: true, ExitCode: 0 };
    }

    /// <summary>Ends the container: preStop hook, SIGTERM, and SIGKILL when the grace period is over.</summary>
    internal async Task StopAsync(TimeSpan grace)
    {
        DateTimeOffset deadline = DateTimeOffset.UtcNow + grace;
        ContainerProcess? process = _process;
        if (process is null || process.HasExited)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            return;
        }

        await _context.EventAsync(_sandbox.Pod, warning: false, "Killing", $"Stopping container {Name}").ConfigureAwait(false);
        if (grace > TimeSpan.Zero && Spec.At("lifecycle", "preStop") is { } hook && _plan is { } plan)
        {
            await RunHookAsync(hook, plan, grace, "FailedPreStopHook").ConfigureAwait(false);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        if (grace > TimeSpan.Zero)
        {
            process.Terminate();
            TimeSpan left = deadline - DateTimeOffset.UtcNow;
            using CancellationTokenSource limit = new(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
            await process.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        process.Kill();
    }

    internal void WaitForInit() => Set(ContainerState.Waiting("PodInitializing"));

    private bool RestartIsDue(bool good) => IsSidecar || (_sandbox.Pod.Text("spec", "restartPolicy") ?? "Always") switch
    {
        "Never" => false,
        "OnFailure" => !good,
        _ => !(IsInit && good),
    };

    /// <summary>Waits until image and configuration are there; null when stopped meanwhile.</summary>
    private async Task<(ContainerPlan Plan, HeldSockets Sockets)?> PrepareAsync()
    {
        bool backingOff = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_context.Images.Find(Image) is { } image)
                {
                    HeldSockets sockets = image.TakesHostSockets && _context.HostListeners is { } listeners
                        ? await listeners.HandOverAsync(_sandbox.Pod, Spec, _stop.Token).ConfigureAwait(false)
                        : HeldSockets.None;
                    return (PlanWith(image, sockets), sockets);
                }

                string advice = $"no local command stands for image \"{Image}\"; name one with: "
                    + $"lateen image add '{Image}' -- /path/to/program [arguments]";
                await EventOnceAsync("Failed", $"Failed to pull image \"{Image}\": {advice}").ConfigureAwait(false);
                Set(ContainerState.Waiting(backingOff ? "ImagePullBackOff" : "ErrImagePull", advice));
                backingOff = true;
            }
            catch (Exception failure) when (failure is ContainerConfigException or InvalidOperationException or ArgumentException)
            {
                await EventOnceAsync("Failed", $"Error: {failure.Message}").ConfigureAwait(false);
                Set(ContainerState.Waiting("CreateContainerConfigError", failure.Message));
            }

            await Task.Delay(RetryPeriod, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    private ContainerPlan PlanWith(ImageEntry image, HeldSockets sockets)
    {
        try
        {
            return ContainerPlanner.Plan(
                _context, _sandbox.Pod, Spec, image, _sandbox.Address.ToString(), _sandbox.VolumesFolder, sockets.Descriptors);
        }
        catch (Exception)
        {
            sockets.Dispose();
            throw;
        }
    }

    private async Task RunProcessAsync(ContainerPlan plan)
    {
        ContainerId = "lateen://" + Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
        ContainerProcess process;
        try
        {
            process = await ContainerProcess.StartAsync(plan, _sandbox.Namespaces, _context.Root, _sandbox.EtcFolder).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or ArgumentException or InvalidOperationException)
        {
            await _context.EventAsync(_sandbox.Pod, warning: true, "Failed", $"Error: failed to start container \"{Name}\": {failure.Message}")
                .ConfigureAwait(false);
            Set(new ContainerState("terminated", "StartError", failure.Message, 128, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow));
            return;
        }

        using ContainerLog log = new(LogFile(RestartCount));
        File.Delete(LogFile(RestartCount - 2));
        (_plan, _process, Log) = (plan, process, log);
        Task copied = Task.WhenAll(log.CopyAsync(process.Output, data => Output?.Invoke(false, data)),
            log.CopyAsync(process.Error, data => Output?.Invoke(true, data)));
        if (!Spec.Flag("stdin"))
        {
            process.Input.Close();
        }

        await process.WaitUntilEnteredAsync().ConfigureAwait(false);
        Set(new ContainerState("running", Started: process.Started));
        Task announced = AnnounceAsync();
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Task probes = ProbeAsync(plan, process, ended.Token);
        await process.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(probes, announced).ConfigureAwait(false);
        // A child that inherited the pipes may live outside for a moment; the log must not wait for it for ever.
        await copied.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        (Ready, Started, _process) = (false, false, null);
        int code = process.ExitCode;
        Set(new ContainerState("terminated", code == 0 ? "Completed" : "Error", "", code, process.Started, DateTimeOffset.UtcNow));
        process.Dispose();
    }

    private async Task AnnounceAsync()
    {
        await _context.EventAsync(_sandbox.Pod, false, "Pulled", $"Container image \"{Image}\" already present on machine").ConfigureAwait(false);
        await _context.EventAsync(_sandbox.Pod, false, "Created", $"Created container: {Name}").ConfigureAwait(false);
        await _context.EventAsync(_sandbox.Pod, false, "Started", $"Started container {Name}").ConfigureAwait(false);
    }

    private async Task ProbeAsync(ContainerPlan plan, ContainerProcess process, CancellationToken cancel)
    {
        if (Spec.At("lifecycle", "postStart") is { } hook
            && await RunHookAsync(hook, plan, TimeSpan.FromSeconds(30), "FailedPostStartHook").ConfigureAwait(false) is not null)
        {
            process.Kill();
            return;
        }

        ProbeLoop loop = new(Spec, new ProbeCheck(_sandbox, Spec, () => process.Entered, plan))
        {
            OnStarted = () => Note(() => Started = true),
            OnReady = ready => Note(() => Ready = ready),
            OnUnhealthy = (kind, failure) =>
                _context.EventAsync(_sandbox.Pod, warning: true, "Unhealthy", $"{kind} probe failed: {failure}"),
            OnDead = async kind =>
            {
                await _context.EventAsync(_sandbox.Pod, false, "Killing", $"Container {Name} failed {kind} probe, will be restarted")
                    .ConfigureAwait(false);
                await EndProcessAsync(process).ConfigureAwait(false);
            },
        };
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    private async Task EndProcessAsync(ContainerProcess process)
    {
        process.Terminate();
        using CancellationTokenSource limit =
            new(TimeSpan.FromSeconds(_sandbox.Pod.Number("spec", "terminationGracePeriodSeconds") ?? 30));
        await process.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Kill();
    }

    private async Task<string?> RunHookAsync(JsonNode hook, ContainerPlan plan, TimeSpan limit, string reason)
    {
        string? failure = null;
        if (hook.Number("sleep", "seconds") is { } seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(seconds, limit.TotalSeconds))).ConfigureAwait(false);
        }
        else
        {
            failure = await new ProbeCheck(_sandbox, Spec, () => _process?.Entered, plan).RunAsync(hook, limit, CancellationToken.None)
                .ConfigureAwait(false);
        }

        if (failure is not null)
        {
            await _context.EventAsync(_sandbox.Pod, warning: true, reason, failure).ConfigureAwait(false);
        }

        return failure;
    }

    private async Task WaitBeforeRestartAsync()
    {
        LastState = State;
        TimeSpan wait = _backOff.After(State.Finished - State.Started);
        if (wait > TimeSpan.Zero)
        {
            string pod = _sandbox.Pod.Name();
            string message = $"back-off {wait.TotalSeconds:0}s restarting failed container={Name} pod={pod}_{_sandbox.Pod.Namespace()}";
            Set(ContainerState.Waiting("CrashLoopBackOff", message));
            await _context.EventAsync(_sandbox.Pod, warning: true, "BackOff", $"Back-off restarting failed container {Name} in pod {pod}")
                .ConfigureAwait(false);
            await Task.Delay(wait, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        RestartCount++;
    }

    private Task EventOnceAsync(string reason, string message)
    {
        if (message == _lastEvent)
        {
            return Task.CompletedTask;
        }

        _lastEvent = message;
        return _context.EventAsync(_sandbox.Pod, warning: true, reason, message);
    }

    private void Set(ContainerState state) => Note(() => State = state);

    private void Note(Action change)
    {
        change();
        _changed();
    }
}
