namespace Lateen.Api.Resources.Schemas;

/// <summary>A column of kubectl's table.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string jsonPath, string description) : Attribute
{
    public string Name { get; } = name;

    public string JsonPath { get; } = jsonPath;

    public string Description { get; } = description;

    public string Type { get; init; } = "string";
}
