using System.Diagnostics;
using System.Globalization;
using Signalbox.Core.Containers;
using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;

namespace Signalbox.Api.Metrics;

/// <summary><c>GET /metrics</c>: open to whoever reaches the port, for it holds nothing personal and no secrets.</summary>
internal sealed class MetricsEndpoint(RequestCounts counts, Ledger ledger, Door door)
{
    public async Task Handle(HttpContext http)
    {
        var text = new PrometheusText();
        WriteRequests(text);
        try
        {
            WriteLedger(text, await ledger.Read());
        }
        catch (StoreUnavailableException)
        {
            // The rest is still worth having; the missing lines tell the monitor.
        }
        text.Metric("signalbox_pending_bytes", "gauge", "Bytes of events on their way to containers.").Sample("signalbox_pending_bytes", door.PendingBytes);
        WriteProcess(text);
        http.Response.ContentType = PrometheusText.ContentType;
        await http.Response.WriteAsync(text.ToString());
    }

    private void WriteRequests(PrometheusText text)
    {
        text.Metric("signalbox_requests_total", "counter", "Requests by dialect and status since the process started.");
        foreach (var (dialect, status, count) in counts.Requests)
            text.Sample("signalbox_requests_total", count, ("dialect", dialect), ("status", status.ToString(CultureInfo.InvariantCulture)));
        text.Metric("signalbox_events_total", "counter", "Events by dialect and result since the process started.");
        foreach (var (dialect, result, count) in counts.Events) text.Sample("signalbox_events_total", count, ("dialect", dialect), ("result", result));
    }

    private static void WriteLedger(PrometheusText text, IReadOnlyList<LedgerLine> lines)
    {
        text.Metric("signalbox_routed_events_total", "counter", "Events accepted for a destination since it was made.");
        foreach (var line in lines) text.Sample("signalbox_routed_events_total", line.Accepted, LedgerNames.Labels(line));
        text.Metric("signalbox_finished_events_total", "counter", "Events that ended at a destination, by outcome, since it was made.");
        foreach (var line in lines)
        {
            foreach (var (outcome, count) in LedgerNames.Outcomes(line)) text.Sample("signalbox_finished_events_total", count, [.. LedgerNames.Labels(line), ("outcome", outcome)]);
        }
        text.Metric("signalbox_waiting_events", "gauge", "Events that wait for a destination.");
        foreach (var line in lines) text.Sample("signalbox_waiting_events", line.Waiting, LedgerNames.Labels(line));
        text.Metric("signalbox_parked_events", "gauge", "Events parked by their own fault or behind a stopped destination.");
        foreach (var line in lines) text.Sample("signalbox_parked_events", line.Parked, LedgerNames.Labels(line));
        text.Metric("signalbox_destination_stopped", "gauge", "1 while a whole destination waits.");
        foreach (var line in lines) text.Sample("signalbox_destination_stopped", line.Stop is null ? 0 : 1, LedgerNames.Labels(line));
    }

    private static void WriteProcess(PrometheusText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Metric("process_cpu_seconds_total", "counter", "User and system CPU time.")
            .Sample("process_cpu_seconds_total", process.TotalProcessorTime.TotalSeconds);
        text.Metric("process_resident_memory_bytes", "gauge", "Resident memory.").Sample("process_resident_memory_bytes", process.WorkingSet64);
        text.Metric("process_start_time_seconds", "gauge", "Start in Unix seconds.")
            .Sample("process_start_time_seconds", new DateTimeOffset(process.StartTime).ToUnixTimeSeconds());
        text.Metric("dotnet_gc_heap_bytes", "gauge", "Managed heap.").Sample("dotnet_gc_heap_bytes", GC.GetTotalMemory(forceFullCollection: false));
        text.Metric("dotnet_threadpool_threads", "gauge", "Threads of the pool.").Sample("dotnet_threadpool_threads", ThreadPool.ThreadCount);
    }
}
