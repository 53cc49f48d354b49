namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>Lets objects of other namespaces refer to objects of this one.</summary>
[CustomResource(GatewayApiGroup.Name, "ReferenceGrant", "referencegrants", Versions = ["v1beta1", "v1"])]
public sealed record ReferenceGrant
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("ReferenceGrant.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("Who may refer to what.")]
    public ReferenceGrantSpec Spec { get; init; } = new();

    [Description("Not used by the specification.")]
    public RouteStatus? Status { get; init; }
}
