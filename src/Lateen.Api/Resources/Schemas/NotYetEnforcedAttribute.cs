namespace Lateen.Api.Resources.Schemas;

/// <summary>Marks a field of Istio's schema that this version knows but does not act on; it is refused, never ignored.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotYetEnforcedAttribute : Attribute;
