namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Resources.Schemas;

/// <summary>Affinity: what the key of a call is, and how keys are spread over workloads.</summary>
[AtMostOne("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName")]
[AtMostOne("ringHash", "maglev")]
public sealed record ConsistentHash
{
    [Description("The key is this request header.")]
    public string HttpHeaderName { get; init; } = "";

    [Description("The key is this cookie; one is made when the client has none.")]
    public HttpCookie? HttpCookie { get; init; }

    [Description("The key is the caller's address.")]
    public bool UseSourceIp { get; init; }

    [Description("The key is this query parameter.")]
    public string HttpQueryParameterName { get; init; } = "";

    [Description("A hash ring (the default).")]
    public RingHash? RingHash { get; init; }

    [Description("A Maglev table.")]
    public Maglev? Maglev { get; init; }

    [Description("The least number of points on the ring (old form).")]
    [Range(0, int.MaxValue)]
    public long? MinimumRingSize { get; init; }
}
