namespace Lateen.Api.Resources.Core;

using Lateen.Api.Names;

/// <summary>One endpoint of a slice.</summary>
public sealed record SliceEndpoint
{
    public ValueList<string> Addresses { get; init; } = [];

    public EndpointConditions Conditions { get; init; } = new();

    public string Hostname { get; init; } = "";

    public string NodeName { get; init; } = "";

    public string Zone { get; init; } = "";

    public ObjectReference? TargetRef { get; init; }
}
