namespace Lateen.Local.Store;

/// <summary>Where an object lives: its collection ("apps/deployments"), namespace ("" for cluster-wide) and name.</summary>
public readonly record struct ObjectKey(string Collection, string Namespace, string Name);
