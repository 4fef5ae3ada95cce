import { AcceleratorSection } from './accelerator/accelerator-section.tsx';
import { AccountingSection } from './accounting/accounting-section.tsx';
import { ChartTools } from './charts/chart-tools.tsx';
import { Changes } from './charts/changes.tsx';
import { ErrorRegion } from './charts/error-region.tsx';
import { FlipsRegion } from './charts/flips-region.tsx';
import { LossRegion } from './charts/loss-region.tsx';
import { RateRegion } from './charts/rate-region.tsx';
import { SaturationRegion } from './charts/saturation-region.tsx';
import { Shown } from './common/shown.tsx';
import { useShortcuts } from './common/use-shortcuts.ts';
import { useTips } from './common/use-tips.ts';
import { DropZone } from './data/drop-zone.tsx';
import { OwnDialog } from './data/own-dialog.tsx';
import { Header } from './header/header.tsx';
import { HelpSheet } from './header/help-sheet.tsx';
import { Transport } from './header/transport.tsx';
import { BoundarySection } from './looks/boundary-region.tsx';
import { ExampleSection } from './looks/example-section.tsx';
import { KeepDialog } from './keep/keep-dialog.tsx';
import { KeepNotices } from './keep/keep-notices.tsx';
import { NetworkPanel } from './network/network-panel.tsx';
import { Overlays } from './overlays.tsx';
import { usePage } from './page.ts';
import { Announcer } from './status/announcer.tsx';
import { RunsSection } from './runs/runs-section.tsx';
import { KernelLine } from './status/kernel-line.tsx';
import { News } from './status/news.tsx';
import { Notices } from './status/notices.tsx';
import { Remark } from './status/remark.tsx';
import { RecordedRun } from './recorded/recorded-run.tsx';
import { ClaimedRun } from './share/claimed-run.tsx';
import { LessonLine } from './share/lesson-line.tsx';
import { ShareDialog } from './share/share-dialog.tsx';
import { StatusLine } from './status/status-line.tsx';
import { TimingRegion } from './timing/timing-region.tsx';
import { TourOffer } from './tour/tour-offer.tsx';
import { HappeningSection } from './understand/happening-section.tsx';
import { ProgramSection } from './understand/program-section.tsx';
import { StoredRegion } from './weights/stored-region.tsx';
import { TilesRegion } from './weights/tiles-region.tsx';

export function App() {
  useShortcuts();
  useTips();
  const embed = usePage((state) => state.embed);
  return (
    <div className="page" data-embed={embed}>
      <Header />
      <Transport />
      <main>
        <TourOffer />
        <Notices />
        <News />
        <Remark />
        <LessonLine />
        <RecordedRun />
        <ClaimedRun />
        <KeepNotices />
        <div className="zones">
          <Shown part="settings">
            <NetworkPanel />
          </Shown>
          <section className="happens" aria-labelledby="happens-title">
            <h2 id="happens-title">What happens</h2>
            <ChartTools />
            <Changes />
            <LossRegion />
            <ErrorRegion />
            <FlipsRegion />
            <Shown part="inside">
              <StoredRegion />
            </Shown>
            <SaturationRegion />
            <RateRegion />
            <TimingRegion />
          </section>
          <div className="side">
            <Shown part="example">
              <ExampleSection />
            </Shown>
            <Shown part="inside">
              <BoundarySection />
              <div className="weights">
                <h2>Inside the layers</h2>
                <TilesRegion />
              </div>
            </Shown>
          </div>
        </div>
        {!embed && (
          <Shown part="runs">
            <RunsSection />
          </Shown>
        )}
        <Shown part="step">
          <HappeningSection />
          <ProgramSection />
        </Shown>
        <Shown part="cost">
          <AccountingSection />
          <AcceleratorSection />
        </Shown>
      </main>
      <footer>
        <StatusLine />
        <KernelLine />
      </footer>
      <Announcer />
      <HelpSheet />
      <Overlays />
      <OwnDialog />
      <KeepDialog />
      <ShareDialog />
      <DropZone />
    </div>
  );
}
