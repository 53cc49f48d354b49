namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

/// <summary>What became of a listener.</summary>
public sealed record ListenerStatus
{
    [Description("The listener.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("Kinds of routes it takes.")]
    public ValueList<RouteGroupKind> SupportedKinds { get; init; } = [];

    [Description("How many routes are attached.")]
    public int AttachedRoutes { get; init; }

    [Description("What is known about the listener.")]
    public ValueList<GatewayCondition> Conditions { get; init; } = [];
}
