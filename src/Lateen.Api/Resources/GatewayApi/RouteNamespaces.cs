namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Namespaces from which routes may attach.</summary>
public sealed record RouteNamespaces
{
    [Description("All, Same (default), Selector or None.")]
    [AllowedValues("All", "Selector", "Same", "None")]
    public string From { get; init; } = "";

    [Description("Labels of the namespaces, with from: Selector.")]
    public NamespaceSelector? Selector { get; init; }
}
