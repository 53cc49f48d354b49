namespace Lateen.Kubernetes;

using System.Text.Json.Nodes;

/// <summary>Told about the objects of a watched collection; calls come one at a time.</summary>
public abstract class ResourceHandler
{
    /// <summary>An object is new or changed. It is the handler's to keep, but not to modify.</summary>
    public abstract void Applied(JsonObject item);

    public abstract void Removed(JsonObject item);

    /// <summary>The API could not be read; it is tried again.</summary>
    public abstract void Failed(string path, Exception reason);
}
