namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;

/// <summary>The object after a deletion; it remains while finalizers or a pod's grace period hold it.</summary>
internal sealed record DeleteResult(JsonObject Object, bool Remains);
