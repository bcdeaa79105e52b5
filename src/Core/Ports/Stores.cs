namespace Signalbox.Core.Ports;

/// <summary>Everything a store keeps, from one hand.</summary>
public sealed record Stores(
    IJournalStore Journal,
    IDestinationStore Destinations,
    IBucketStore Buckets,
    IVisitorStore Visitors,
    IRegistry Registry,
    IConfigurationStore Configuration);
