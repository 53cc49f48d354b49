namespace Lateen.Local.Controllers;

using Lateen.Local.Cluster;

/// <summary>Runs the cluster's controllers until cancelled: what kube-controller-manager and kube-scheduler do.</summary>
public static class ControllerHost
{
    private const int WorkersPerController = 2;

    /// <summary>Creates what every cluster has, then keeps all objects in their desired state.</summary>
    public static async Task RunAsync(IClusterClient client, ControllerOptions options, CancellationToken cancel)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ControllerLog log = new(options.Logger);
        InformerSet informers = new(client, log, options.Time, stop.Token);
        ControllerContext context = new(client, informers, options);
        await new ClusterBootstrap(context).RunAsync(cancel);

        List<(IController Controller, WorkQueue Queue)> controllers =
            [.. All(context).Select(controller => (controller, new WorkQueue(options.Time)))];
        foreach ((IController controller, WorkQueue queue) in controllers)
        {
            controller.Start(queue);
        }

        // Controllers may act only on full caches: an empty one would look like "everything was deleted".
        Task[] synced = [.. informers.All().Where(i => IsEssential(i.Type)).Select(i => i.Synced)];
        informers.Start();
        List<Task> running = [new NodeHeartbeat(context, log).RunAsync(stop.Token)];
        try
        {
            await Task.WhenAll(synced).WaitAsync(cancel);
            foreach ((IController controller, WorkQueue queue) in controllers)
            {
                for (int worker = 0; worker < WorkersPerController; worker++)
                {
                    running.Add(WorkAsync(controller, queue, log, stop.Token));
                }
            }

            await Task.WhenAny(Task.WhenAll(running), informers.StoppedAsync());
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll([.. running, informers.StoppedAsync()]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            controllers.ForEach(c => c.Queue.Dispose());
        }
    }

    private static IEnumerable<IController> All(ControllerContext context) =>
    [
        new NamespaceController(context),
        new ServiceAccountController(context),
        new RootCertificateController(context),
        new DeploymentController(context),
        new ReplicaSetController(context),
        new StatefulSetController(context),
        new DaemonSetController(context),
        new JobController(context),
        new CronJobController(context),
        new PodScheduler(context),
        new EndpointSliceController(context),
        new EndpointsController(context),
        new LoadBalancerController(context),
        new GarbageCollector(context),
    ];

    // The garbage collector waits by itself for the types only it needs; one unserved type must not stop deployments.
    private static bool IsEssential(ResourceType type) =>
        type.Group is "" or "apps" or "batch" or "discovery.k8s.io" or "apiextensions.k8s.io";

    private static async Task WorkAsync(IController controller, WorkQueue queue, ControllerLog log, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            ObjectKey key = await queue.TakeAsync(cancel);
            try
            {
                await controller.ReconcileAsync(key, cancel);
                queue.Forget(key);
            }
            catch (ApiException refused)
            {
                log.ReconcileFailed(controller.Name, key, queue.Retry(key), refused.Message);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                log.ReconcileBroke(controller.Name, key, queue.Retry(key), failure);
            }
            finally
            {
                queue.Done(key);
            }
        }
    }
}
