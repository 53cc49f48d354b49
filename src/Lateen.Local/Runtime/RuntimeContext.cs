namespace Lateen.Local.Runtime;

using Lateen.Local.Cluster;
using Lateen.Local.Images;
using Lateen.Local.Runtime.Containers;
using Lateen.Local.Runtime.Network;

/// <summary>What every pod's worker shares.</summary>
internal sealed record RuntimeContext(IClusterClient Client, ClusterNetwork Network, ImageMap Images, RootTemplate Root, string LogsFolder,
    ObjectCache Pods, ObjectCache Services, ObjectCache ConfigMaps, ObjectCache Secrets, HostListeners? HostListeners)
{
    internal const string Component = "kubelet";

    internal Task EventAsync(System.Text.Json.Nodes.JsonObject pod, bool warning, string reason, string message) =>
        Client.RecordEventAsync(pod, warning ? "Warning" : "Normal", reason, message, Component, CancellationToken.None);
}
