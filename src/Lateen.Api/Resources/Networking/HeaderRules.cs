namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;

/// <summary>Changes to headers.</summary>
public sealed record HeaderRules
{
    [Description("Changes before the request is forwarded.")]
    public HeaderOperations? Request { get; init; }

    [Description("Changes before the response goes back.")]
    public HeaderOperations? Response { get; init; }
}
