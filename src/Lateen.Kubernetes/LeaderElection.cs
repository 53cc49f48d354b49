namespace Lateen.Kubernetes;

using System.Text.Json.Nodes;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;

/// <summary>
/// Lets one of several control planes do what only one may do. The holder of a Lease leads; one that dies is succeeded after 12 s
/// at most, one that ends in order gives the Lease back and is succeeded within 2 s.
/// </summary>
public sealed class LeaderElection(KubeApi api, string ns, string lease, string identity, Action<string> log)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewDeadline = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1.5);

    private volatile bool _leads;

    public bool IsLeader => _leads;

    /// <summary>Runs the work while this process leads, again after each time it lost the lead, until cancelled.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await LeadOnceAsync(work, cancel).ConfigureAwait(false);
        }
    }

    private async Task LeadOnceAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        using CancellationTokenSource term = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task working = Task.CompletedTask;
        using LeaderElector elector = new(new LeaderElectionConfig(new LeaseLock(api.Client, ns, lease, identity))
        {
            LeaseDuration = Duration,
            RenewDeadline = RenewDeadline,
            RetryPeriod = RetryPeriod,
        });
        elector.OnStartedLeading += () =>
        {
            _leads = true;
            log($"leads: {identity} holds lease {ns}/{lease}");
            working = work(term.Token);
        };
        try
        {
            await elector.RunUntilLeadershipLostAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or k8s.Autorest.HttpOperationException)
        {
            if (!cancel.IsCancellationRequested)
            {
                log($"leader election: {e.Message}");
                await Task.Delay(RetryPeriod, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await term.CancelAsync().ConfigureAwait(false);
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_leads)
        {
            _leads = false;
            log($"no longer leads: lease {ns}/{lease}");
            await GiveBackAsync().ConfigureAwait(false);
        }
    }

    private async Task GiveBackAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(2));
        try
        {
            string path = new KubePath("coordination.k8s.io", "v1", "leases").Named(ns, lease);
            JsonObject? current = await api.FindAsync(path, limit.Token).ConfigureAwait(false);
            if (current?["spec"]?["holderIdentity"]?.ToString() == identity)
            {
                // Replaced rather than patched: a conflict means that somebody else leads already.
                current["spec"] = new JsonObject { ["holderIdentity"] = "", ["leaseDurationSeconds"] = 1 };
                await api.ReplaceAsync(path, current, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is KubeApiException or HttpRequestException or OperationCanceledException)
        {
            log($"lease {ns}/{lease} was not given back: {e.Message}");
        }
    }
}
