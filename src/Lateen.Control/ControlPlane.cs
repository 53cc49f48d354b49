namespace Lateen.Control;

using Lateen.Control.Ads;
using Lateen.Control.Config;
using Lateen.Control.Snapshot;
using Lateen.Control.Status;
using Lateen.Control.Translation;

/// <summary>
/// The control plane without its edges: objects go in through <see cref="Config"/>, proxies are served by
/// <see cref="Discovery"/>.
/// </summary>
public sealed class ControlPlane : IDisposable
{
    private readonly Debouncer debouncer;
    private readonly IControlMetrics metrics;
    private readonly TimeProvider clock;

    public ControlPlane(TimeProvider clock, IControlMetrics? metrics = null, MeshSettings? mesh = null)
    {
        this.clock = clock;
        this.metrics = metrics ?? NoMetrics.Instance;
        Cache = new TranslationCache();
        Translator = new XdsTranslator(Cache);
        Config = new ConfigStore(mesh);
        Discovery = new DiscoveryService(Translator, clock, this.metrics);
        Status = new StatusReporter(() => Discovery.Current, () => Discovery.Proxies, () => Config.Rejected);
        debouncer = new Debouncer(clock, Publish);
        Config.Changed += debouncer.Changed;
    }

    /// <summary>Raised after a new snapshot went to the push queue.</summary>
    public event Action<SnapshotChange>? Published;

    public ConfigStore Config { get; }

    public DiscoveryService Discovery { get; }

    public StatusReporter Status { get; }

    public XdsTranslator Translator { get; }

    public TranslationCache Cache { get; }

    public MeshSnapshot Snapshot => Discovery.Current;

    /// <summary>Hands pushes to sessions until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Discovery.RunAsync(cancellation);

    public void Dispose()
    {
        Config.Changed -= debouncer.Changed;
        debouncer.Dispose();
    }

    private void Publish(long firstChange, int changes)
    {
        SnapshotChange change = Config.TakeSnapshot();
        metrics.Debounced(clock.GetElapsedTime(firstChange), changes);
        if (change.IsEmpty)
        {
            return;
        }

        Discovery.Publish(new PushRequest(change.Snapshot, change.Full, change.ChangedServices, firstChange));
        Published?.Invoke(change);
    }
}
