namespace Lateen.Api.Resources.Networking;

using System.Text.Json.Serialization;

/// <summary>Whether a service is part of the mesh.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServiceEntryLocation>))]
public enum ServiceEntryLocation
{
    [JsonStringEnumMemberName("MESH_EXTERNAL")]
    MeshExternal,

    [JsonStringEnumMemberName("MESH_INTERNAL")]
    MeshInternal,
}
