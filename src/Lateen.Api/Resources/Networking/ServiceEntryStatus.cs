namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>What became of a ServiceEntry, written by the control plane.</summary>
public sealed record ServiceEntryStatus
{
    [Description("What is known about the object.")]
    public ValueList<IstioCondition> Conditions { get; init; } = [];

    [Description("The generation that the conditions describe.")]
    public long? ObservedGeneration { get; init; }

    [Description("Virtual addresses that the mesh gave to hosts without one.")]
    public ValueList<AllocatedAddress> Addresses { get; init; } = [];
}
