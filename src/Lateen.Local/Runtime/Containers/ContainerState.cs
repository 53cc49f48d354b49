namespace Lateen.Local.Runtime.Containers;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>A container's state as its status shows it.</summary>
internal sealed record ContainerState(string Kind, string Reason = "", string Message = "", int ExitCode = 0,
    DateTimeOffset Started = default, DateTimeOffset Finished = default)
{
    internal static ContainerState Waiting(string reason, string message = "") => new("waiting", reason, message);

    internal bool IsRunning => Kind == "running";

    internal bool IsTerminated => Kind == "terminated";

    internal JsonObject ToJson(string containerId)
    {
        JsonObject detail = [];
        if (IsTerminated)
        {
            detail["exitCode"] = ExitCode;
            detail["finishedAt"] = Time(Finished);
            detail["containerID"] = containerId;
        }

        if (Kind != "waiting")
        {
            detail["startedAt"] = Time(Started);
        }

        if (Reason.Length > 0)
        {
            detail["reason"] = Reason;
        }

        if (Message.Length > 0)
        {
            detail["message"] = Message;
        }

        return new JsonObject { [Kind] = detail };
    }

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
