namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

/// <summary>When a failing workload gets no more calls for a while.</summary>
public sealed record OutlierDetection
{
    [Description("Answers 5xx (or failed connections) in a row that eject a workload; 5 by default, 0 for never.")]
    [Range(0, int.MaxValue)]
    public int? Consecutive5xxErrors { get; init; }

    [Description("Answers 502, 503, 504 (or failed connections) in a row that eject a workload; never by default.")]
    [Range(0, int.MaxValue)]
    public int? ConsecutiveGatewayErrors { get; init; }

    [Description("Failures of this side (connection refused, timeout) are counted by themselves.")]
    public bool SplitExternalLocalOriginErrors { get; init; }

    [Description("Failures of this side in a row that eject a workload, when they are split; 5 by default.")]
    [Range(0, int.MaxValue)]
    public int? ConsecutiveLocalOriginFailures { get; init; }

    [Description("How often workloads are looked at again; 10s by default.")]
    public TimeSpan? Interval { get; init; }

    [Description("The length of the first ejection, multiplied by the number of ejections; 30s by default.")]
    public TimeSpan? BaseEjectionTime { get; init; }

    [Description("Most workloads that are ejected at a time, in percent; 10 by default.")]
    [Range(0, 100)]
    public int MaxEjectionPercent { get; init; }

    [Description("Below this share of healthy workloads, in percent, calls go to all of them; 0 (never) by default.")]
    [Range(0, 100)]
    public int MinHealthPercent { get; init; }

    [Description("HTTP statuses that count as errors, from 100 to 599; 5xx by default.")]
    public ValueList<int> OutlierDetectionHttpErrorCodes { get; init; } = [];
}
