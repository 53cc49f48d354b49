namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Selects namespaces by their labels.</summary>
public sealed record NamespaceSelector
{
    [Description("Labels that must be equal.")]
    public ValueMap<string, string> MatchLabels { get; init; } = ValueMap<string, string>.Empty;

    [Description("Conditions on labels, all of which must hold.")]
    public ValueList<SelectorExpression> MatchExpressions { get; init; } = [];
}
