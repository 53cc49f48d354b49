namespace Lateen.Local.Runtime.Containers;

using System.Text.Json.Nodes;

/// <summary>Runs a container's startup, readiness and liveness probes while its process lives.</summary>
internal sealed class ProbeLoop(JsonObject container, ProbeCheck check)
{
    // Until a container was ready for the first time it is asked more often than its period says: nobody waits longer than needed.
    private static readonly TimeSpan EagerPeriod = TimeSpan.FromMilliseconds(250);

    internal required Action OnStarted { get; init; }

    internal required Action<bool> OnReady { get; init; }

    internal required Func<string, string, Task> OnUnhealthy { get; init; }

    /// <summary>Called when the container must be restarted: which probe failed.</summary>
    internal required Func<string, Task> OnDead { get; init; }

    internal async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            if (container.At("startupProbe") is { } startup && !await UntilAsync("Startup", startup, successes: 1, cancel).ConfigureAwait(false))
            {
                await OnDead("startup").ConfigureAwait(false);
                return;
            }

            OnStarted();
            await Task.WhenAll(ReadinessAsync(cancel), LivenessAsync(cancel)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The process ended, and with it the reason to probe.
            return;
        }
    }

    private async Task ReadinessAsync(CancellationToken cancel)
    {
        if (container.At("readinessProbe") is not { } probe)
        {
            OnReady(true);
            return;
        }

        await Task.Delay(Seconds(probe, "initialDelaySeconds", 0), cancel).ConfigureAwait(false);
        TimeSpan period = Seconds(probe, "periodSeconds", 10);
        bool ready = false, everReady = false;
        long good = 0, bad = 0;
        while (true)
        {
            string? failure = await check.RunAsync(probe, Seconds(probe, "timeoutSeconds", 1), cancel).ConfigureAwait(false);
            (good, bad) = failure is null ? (good + 1, 0L) : (0L, bad + 1);
            if (failure is not null && (ready || bad % 20 == 4))
            {
                await OnUnhealthy("Readiness", failure).ConfigureAwait(false);
            }

            bool next = ready ? bad < Count(probe, "failureThreshold", 3) : good >= Count(probe, "successThreshold", 1);
            if (next != ready)
            {
                OnReady(ready = next);
                everReady |= next;
            }

            await Task.Delay(everReady || period < EagerPeriod ? period : EagerPeriod, cancel).ConfigureAwait(false);
        }
    }

    private async Task LivenessAsync(CancellationToken cancel)
    {
        if (container.At("livenessProbe") is not { } probe)
        {
            return;
        }

        await Task.Delay(Seconds(probe, "initialDelaySeconds", 0), cancel).ConfigureAwait(false);
        TimeSpan period = Seconds(probe, "periodSeconds", 10);
        long bad = 0;
        while (true)
        {
            string? failure = await check.RunAsync(probe, Seconds(probe, "timeoutSeconds", 1), cancel).ConfigureAwait(false);
            bad = failure is null ? 0 : bad + 1;
            if (failure is not null)
            {
                await OnUnhealthy("Liveness", failure).ConfigureAwait(false);
            }

            if (bad >= Count(probe, "failureThreshold", 3))
            {
                await OnDead("liveness").ConfigureAwait(false);
                return;
            }

            await Task.Delay(period, cancel).ConfigureAwait(false);
        }
    }

    private async Task<bool> UntilAsync(string kind, JsonNode probe, int successes, CancellationToken cancel)
    {
        await Task.Delay(Seconds(probe, "initialDelaySeconds", 0), cancel).ConfigureAwait(false);
        TimeSpan period = Seconds(probe, "periodSeconds", 10);
        DateTimeOffset began = DateTimeOffset.UtcNow;
        TimeSpan allowed = period * Count(probe, "failureThreshold", 3);
        int good = 0;
        string? failure;
        do
        {
            failure = await check.RunAsync(probe, Seconds(probe, "timeoutSeconds", 1), cancel).ConfigureAwait(false);
            if (failure is null && ++good >= successes)
            {
                return true;
            }

            await Task.Delay(period < EagerPeriod ? period : EagerPeriod, cancel).ConfigureAwait(false);
        }
        while (DateTimeOffset.UtcNow - began < allowed);

        await OnUnhealthy(kind, failure ?? "").ConfigureAwait(false);
        return false;
    }

    private static TimeSpan Seconds(JsonNode probe, string field, long otherwise) =>
        TimeSpan.FromSeconds(probe.Number(field) is { } value and > 0 ? value : otherwise);

    private static long Count(JsonNode probe, string field, long otherwise) => probe.Number(field) is { } value and > 0 ? value : otherwise;
}
