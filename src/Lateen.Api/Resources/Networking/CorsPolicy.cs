namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Which pages of other origins may call, and how.</summary>
public sealed record CorsPolicy
{
    [Description("Origins that may call (old form).")]
    public ValueList<string> AllowOrigin { get; init; } = [];

    [Description("Origins that may call; the one of the request is answered back.")]
    public ValueList<StringMatch> AllowOrigins { get; init; } = [];

    [Description("HTTP methods that may be used.")]
    public ValueList<string> AllowMethods { get; init; } = [];

    [Description("Request headers that may be sent.")]
    public ValueList<string> AllowHeaders { get; init; } = [];

    [Description("Response headers that the page may read.")]
    public ValueList<string> ExposeHeaders { get; init; } = [];

    [Description("How long the answer to a preflight may be kept, in whole seconds.")]
    public TimeSpan? MaxAge { get; init; }

    [Description("Whether the page may send credentials.")]
    public bool? AllowCredentials { get; init; }

    [Description("What becomes of preflights from other origins: FORWARD (default) or IGNORE.")]
    public UnmatchedPreflights UnmatchedPreflights { get; init; }
}
