namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>What became of an object, written by the control plane.</summary>
public sealed record IstioStatus
{
    [Description("What is known about the object.")]
    public ValueList<IstioCondition> Conditions { get; init; } = [];

    [Description("The generation that the conditions describe.")]
    public long? ObservedGeneration { get; init; }
}
