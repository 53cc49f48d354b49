namespace Lateen.Control.Status;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>What the control plane says of an object; the adapter writes it into .status.</summary>
public sealed record ObjectStatus(ResourceKey Key, long ObservedGeneration, ValueList<ConditionStatus> Conditions)
{
    /// <summary>Virtual addresses that the mesh gave to hosts of a ServiceEntry; they outlive the control plane there.</summary>
    public ValueList<AllocatedAddress> Addresses { get; init; } = [];
}
