namespace Lateen.Local.Controllers;

using Microsoft.Extensions.Logging;

/// <summary>What controllers write to the cluster's log.</summary>
internal sealed partial class ControllerLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(4001, LogLevel.Warning, "{Controller} could not bring {Key} to its desired state, next try in {Delay}: {Reason}")]
    public partial void ReconcileFailed(string controller, ObjectKey key, TimeSpan delay, string reason);

    [LoggerMessage(4002, LogLevel.Error, "{Controller} failed on {Key}, next try in {Delay}")]
    public partial void ReconcileBroke(string controller, ObjectKey key, TimeSpan delay, Exception failure);

    [LoggerMessage(4003, LogLevel.Debug, "The watch of {Resource} ended: {Reason}")]
    public partial void WatchFailed(string resource, string reason);

    [LoggerMessage(4004, LogLevel.Debug, "The lease of node {Node} was not renewed: {Reason}")]
    public partial void HeartbeatFailed(string node, string reason);
}
