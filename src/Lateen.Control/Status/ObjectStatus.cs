namespace Lateen.Control.Status;

using Lateen.Api.Names;
using Lateen.Control.Config;

/// <summary>What the control plane says of an object; the adapter writes it into .status.</summary>
public sealed record ObjectStatus(ResourceKey Key, long ObservedGeneration, ValueList<ConditionStatus> Conditions);
