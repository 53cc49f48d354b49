namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Answers cross-origin requests.</summary>
public sealed record CorsFilter
{
    [Description("Origins that may call; * means all.")]
    public ValueList<string> AllowOrigins { get; init; } = [];

    [Description("Whether credentials may be sent.")]
    public bool? AllowCredentials { get; init; }

    [Description("Methods that may be used.")]
    public ValueList<string> AllowMethods { get; init; } = [];

    [Description("Request headers that may be sent.")]
    public ValueList<string> AllowHeaders { get; init; } = [];

    [Description("Response headers that scripts may read.")]
    public ValueList<string> ExposeHeaders { get; init; } = [];

    [Description("How many seconds a preflight answer is remembered; 5 by default.")]
    public int? MaxAge { get; init; }
}
