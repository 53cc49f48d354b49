namespace Lateen.Api.Resources.Schemas;

using Lateen.Api.Resources.Networking;

/// <summary>The custom resources that take effect in this version.</summary>
public static class KnownResources
{
    public static IReadOnlyList<Type> All { get; } = [typeof(DestinationRule), typeof(Gateway), typeof(VirtualService)];
}
