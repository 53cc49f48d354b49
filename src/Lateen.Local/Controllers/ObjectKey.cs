namespace Lateen.Local.Controllers;

/// <summary>What a work queue holds: never the object, so that a late worker always sees its newest state.</summary>
internal readonly record struct ObjectKey(string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
