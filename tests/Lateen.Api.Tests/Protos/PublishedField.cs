namespace Lateen.Api.Tests.Protos;

/// <summary>What a published .proto file says of a field.</summary>
internal sealed record PublishedField(string Message, string Name, int Number, string Type, string Label, string OneOf);
