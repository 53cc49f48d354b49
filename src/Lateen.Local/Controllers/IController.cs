namespace Lateen.Local.Controllers;

/// <summary>Brings the objects of one kind to their desired state, one key at a time.</summary>
internal interface IController
{
    string Name { get; }

    /// <summary>Subscribes to what it depends on; handlers put keys on the queue.</summary>
    void Start(WorkQueue queue);

    /// <summary>Level-triggered: looks at the present state only. A throw means a retry with growing delay.</summary>
    Task ReconcileAsync(ObjectKey key, CancellationToken cancel);
}
