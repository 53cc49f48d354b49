namespace Lateen.Control.Config;

/// <summary>Names an object the mesh watches, whatever version it was written in.</summary>
public readonly record struct ResourceKey(string Group, string Kind, string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? $"{Kind}/{Name}" : $"{Kind}/{Namespace}/{Name}";
}
